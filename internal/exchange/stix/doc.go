// Package stix reads, checks, keeps and makes objects of STIX 2.1, the form in
// which nodes exchange what they share.
//
// An object is kept exactly as it came: its bytes are never rewritten, so
// nothing is lost on the way (custom properties, extensions, large integers,
// Unicode, the digits of a timestamp). Beside the bytes stands an index of the
// properties, and typed access to those that the program uses.
//
// Package mapping turns records into objects and back; package threat reads
// what others report of attackers.
//
// The standard: STIX Version 2.1, OASIS Standard, 10 June 2021, with Errata 01.
// Section numbers in comments are those of the standard.
package stix
