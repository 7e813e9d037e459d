// Package archives embeds the vote archives that come with the program.
package archives

import (
	"embed"
	"io/fs"
)

//go:embed unga/*.csv unga/*.csv.gz unga/datapackage.json
var files embed.FS

// UNGA is the archive of recorded votes of the United Nations General Assembly
// as files; see unga/README.md for provenance, licence and gaps.
func UNGA() fs.FS {
	sub, err := fs.Sub(files, "unga")
	if err != nil {
		panic(err) // the folder is embedded above; it cannot be missing
	}
	return sub
}
