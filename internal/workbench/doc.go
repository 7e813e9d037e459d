// Package workbench is what a team does with a store: bring in texts, read and
// code them, review, discuss and publish.
//
// Every act is one commit of package store with who and why. The faces (pages
// and commands) call this package and show what it returns; which role may call
// what is decided at the route (package auth). Here stand the rules that need
// the records themselves:
//
//   - own: a coder edits and drops only its own codings; from reviewer on,
//     anybody's (coding.go);
//   - blind: in a blind task nobody sees what the other coders have coded and
//     not published until all are done (visible.go);
//   - private: what stands in a private layer is seen by its owner only.
//
// Whatever a face reads from the store itself (a search, a history, a log) goes
// through [Bench.List], [Bench.Visible] or [Bench.VisibleLog].
package workbench
