// Package archive holds recorded votes of a body such as the United Nations
// General Assembly: who has a seat, what was voted on, and one ballot per seat
// and roll call. It reads and writes an archive as files, narrows it by
// session, date, topic, resolution and words, and gives plain arrays to the
// measures of agreement and to the scaling.
//
// A ballot is one of five things that are never mixed: yes, abstain, no,
// absent, not a member. A sixth, no record, says that the source has no row
// for a state that was a member: a gap of the source, not an act of the state.
//
// An archive knows no corpus. [Archive.Link] makes a copy that is joined to the
// instruments of a corpus and carries the corpus's later roll calls.
package archive
