// Package handling decides what may leave the node, and to whom. Everything
// that sends (the TAXII server, an export for a partner, a page that shows what
// would be sent) asks [Rules.Decide] or a [View] of it and nothing else, so
// that there is one answer, with its reasons.
//
// The levels are those of the Traffic Light Protocol 2.0 (FIRST, August 2022).
// Marks of version 1.0 are understood for the decision and never rewritten.
// Whatever is not known, not readable or not said is decided against release.
package handling
