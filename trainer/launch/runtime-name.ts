/** What copies of the program are called: its version, and a hash of what it consists of. */
export const runtimeNames = /^\d[\w.+-]{0,60}-[0-9a-f]{16}$/;
