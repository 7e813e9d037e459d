// Package client reads from and adds to the collections of any TAXII 2.1 server,
// so that nothing is lost to the ways in which real servers fall short of the
// standard: what it cannot mend it counts and names in its [Report].
//
// The caller keeps the [Cursor] of each collection, in the same transaction as
// the objects of each page; a page may come twice and is to be taken once.
//
// Numbers in brackets are sections of the standard (OASIS, 10 June 2021).
package client
