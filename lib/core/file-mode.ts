// What git calls the kinds of entries that a tree holds.

export const FILE = '100644';
export const EXECUTABLE = '100755';
export const LINK = '120000';
export const SUBMODULE = '160000';
export const FOLDER = '040000';
