// Package shelf keeps the objects that a node shares: each version once and as it
// came, in the collections in which it lies, with an unbroken order per
// collection, over both engines of the store. It decides at the door, by the
// rules of package handling, what a partner gets, and records in the log what it
// got.
package shelf
