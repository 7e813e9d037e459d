// Package mapping turns the records of a corpus into STIX objects and back.
//
// Every object that is made of a record carries the record whole in one of the
// program's own extensions, column by column, so that the same records come
// back; beside it stand the standard's own properties, so that tools that know
// nothing of the extensions show something sensible. The extensions are listed
// in [Extensions] and described by the JSON Schema files in docs/stix, which
// are made from the tables of package datapackage.
package mapping
