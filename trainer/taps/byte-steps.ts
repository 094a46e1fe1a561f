/** A weight of 1 as a byte: weights in 8 bits are times this, rounded. */
export const byteSteps = 255;
