package all

import (
	"context"
	"io/fs"
	"path"
	"strings"

	"entente/internal/datapackage"
	"entente/internal/ingest"
)

// readPackage reads a Data Package in a ZIP file, at its root or in a folder.
func readPackage(ctx context.Context, name string, data []byte, _ Settings, _ ingest.Resolver) (*ingest.Proposal, error) {
	z, err := ingest.OpenZip(name, data)
	if err != nil {
		return nil, err
	}
	root := ""
	for _, f := range z.File {
		if path.Base(f.Name) == "datapackage.json" && (root == "" || len(path.Dir(f.Name)) < len(root)) {
			root = path.Dir(f.Name)
		}
	}
	if root == "" || !fs.ValidPath(root) {
		return nil, ingest.Fault(name, "pack the folder of the corpus", "the file holds no datapackage.json")
	}
	dir, err := fs.Sub(z.Reader, root)
	if err != nil {
		return nil, ingest.Fault(name, "", "the folder %s cannot be opened", root)
	}
	return Folder(ctx, name, dir)
}

// Folder reads a Data Package that is not packed. The corpus is checked whole;
// one fault refuses it, with the list of all.
func Folder(ctx context.Context, name string, dir fs.FS) (*ingest.Proposal, error) {
	info, rows, err := datapackage.ReadRows(dir)
	if err != nil {
		return nil, err
	}
	if len(rows) > ingest.MaxRows {
		return nil, ingest.Fault(name, "split the corpus", "the corpus has more than %d rows", ingest.MaxRows)
	}
	p := &ingest.Proposal{}
	columns := map[string][]datapackage.Spec{}
	coders := map[string]bool{}
	for i, row := range rows {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		specs := columns[row.Table]
		if specs == nil {
			specs = datapackage.Columns(row.Table)
			columns[row.Table] = specs
		}
		cells := make(map[string]string, len(specs))
		var key []string
		for j, s := range specs {
			cells[s.Name] = row.Cells[j]
			if s.Key {
				key = append(key, row.Cells[j])
			}
		}
		if c := cells["coder"]; c != "" {
			coders[c] = true
		}
		at := row.Table + ".csv (" + strings.Join(key, datapackage.KeySep) + ")"
		p.Add(row.Table, i+1, at, cells)
		p.Report(i+1, at, ingest.Used, "")
	}
	for c := range coders {
		p.Coders = append(p.Coders, c)
	}
	p.Note("%s, version %s, released %s, licence %s", info.Title, info.Version, info.Released, info.Licence)
	p.Finish()
	return p, nil
}
