// Package dna reads the databases of the Discourse Network Analyzer, version 3
// (SQLite files, .dna), into proposed records: documents become sources with
// their texts, statements become statements with quotations, coders become
// pseudonyms.
//
// The tables and columns are those that the program creates (repository
// leifeld-lab/dna, dna/src/main/java/sql/Sql.java). Two things need care. The
// program counts places in UTF-16 code units, as Java does. And it writes a
// value for every variable: 1 for a yes-or-no variable, 0 for a number, also
// where nobody chose one, so that what 1 means is never assumed: the settings
// say it, and the notes count it.
package dna
