// Package refi reads projects in the exchange format of programs for coding
// texts (REFI-QDA 1.0 and 1.5: a .qdpx file is a ZIP file with project.qde and
// the sources) into proposed records.
//
// The format knows codes on passages, no actors, propositions or stances. The
// settings say which code is which proposition with which stance, and what names
// the actor; a coded passage that no rule explains is kept as a passage and
// reported.
//
// Places in a text count characters. Programs disagree on what that means for
// letters outside the basic plane and for line ends of two bytes; the reader
// tries the ways of counting and takes the one under which the names of the
// passages, which most programs fill with their first words, agree with the
// text.
package refi
