// Package brief writes what a comparison found as a document: a briefing note of
// two pages for those who have no time, and behind it the body of evidence for
// those who must defend every line.
//
// In the note every claim carries a footnote with the sources of both sides;
// [Claims] lists the claims, and no document leaves the package with one that
// has none. In the body of evidence the tables carry short forms that the list
// of sources resolves. Sentences tell acts: who stated, voted, did not address.
// A position that is known only through a body, or that follows only from acts,
// is labelled so where it is told.
package brief
