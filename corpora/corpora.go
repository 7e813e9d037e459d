// Package corpora embeds the corpora that come with the program.
package corpora

import (
	"embed"
	"io/fs"
)

//go:embed cybernorms/*.csv cybernorms/datapackage.json
var files embed.FS

// CyberNorms is the default corpus as files: what states said, signed and
// voted for on security in cyberspace. See cybernorms/README.md for provenance
// and licence.
func CyberNorms() fs.FS {
	sub, err := fs.Sub(files, "cybernorms")
	if err != nil {
		panic(err) // the folder is embedded above; it cannot be missing
	}
	return sub
}
