// Package taxii speaks TAXII 2.1: the resources and the server over a [Backend];
// the client is in the package below it. It keeps nothing itself.
//
// Numbers in brackets are sections of the standard (OASIS, 10 June 2021).
package taxii
