// Package csl reads CSL JSON, the format in which Zotero and other reference
// managers exchange their items (Citation Style Language 1.0.2), into proposed
// sources.
//
// An item that Entente wrote itself turns back into the same source. For any
// other the kind of source follows from the type of the item by a table; types
// that say too little, such as "document", are reported unless the settings
// give them a kind.
package csl
