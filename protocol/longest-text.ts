/** The longest text that is read at once, and with that the longest change of one, in UTF-16 units. */
export const longestText = 20_000;
