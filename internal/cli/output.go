package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"entente"
	"entente/internal/cite"
	"entente/internal/sheet"
	"entente/internal/view"
)

// The formats that every page has.
var pageFormats = []string{"text", "json", "csv", "xlsx", "csl", "bibtex", "ris"}

// output holds the flags that say in which form a page goes where.
type output struct {
	formats []string
	format  string
	file    string
	raw     bool
	chosen  func() bool // whether --format was given
	// evidence unfolds every record, sources lists what is cited in full.
	evidence, sources bool
}

// flags adds --format, --output and --raw-csv. The formats are those of the
// command; the first is the default.
func (o *output) flags(cmd *cobra.Command, formats []string) {
	o.formats = formats
	f := cmd.Flags()
	f.StringVar(&o.format, "format", formats[0], "form of the output: "+strings.Join(formats, ", "))
	f.StringVar(&o.file, "output", "", "write to this `file` (whole or not at all) instead of the terminal; its ending chooses the format when --format is not given")
	if slices.Contains(formats, "csv") {
		f.BoolVar(&o.raw, "raw-csv", false, "leave CSV cells as they are; without it, a cell that a spreadsheet would run as a formula gets a leading apostrophe")
	}
	if slices.Contains(formats, "bibtex") {
		f.BoolVar(&o.sources, "sources", false, "list in full, below the text, the sources that it cites")
	}
	o.chosen = func() bool { return f.Changed("format") }
	complete(cmd, "format", formats)
}

// evidenceFlag adds --evidence, which lists the sources too.
func (o *output) evidenceFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.evidence, "evidence", false, "show every record that bears on each position, and list the sources")
}

// endings maps the ending of an --output file to a format.
var endings = map[string]string{".txt": "text", ".json": "json", ".csv": "csv", ".xlsx": "xlsx", ".md": "md", ".html": "html", ".docx": "docx", ".bib": "bibtex", ".ris": "ris", ".graphml": "graphml", ".gexf": "gexf"}

// settle checks the choice before any work is done.
func (o *output) settle() error {
	if ending := strings.ToLower(filepath.Ext(o.file)); o.file != "" && !o.chosen() && endings[ending] != "" {
		o.format = endings[ending]
	}
	if !slices.Contains(o.formats, o.format) {
		msg := fmt.Sprintf("there is no format %q here", o.format)
		if o.format == "pdf" {
			msg = "the format pdf does not exist yet"
		}
		return invalid("--format", msg, "the formats of this command are "+strings.Join(o.formats, ", "))
	}
	return nil
}

// emit writes the page in the chosen form. text and document make the forms
// that only this command knows; document may be nil.
func (o *output) emit(app *App, g *global, b view.Builder, page *view.Page, text func(*printer), document func(format string) ([]byte, error)) error {
	if (o.format == "docx" || o.format == "xlsx") && o.file == "" {
		if _, terminal := app.Terminal(); terminal {
			return invalid("--format", o.format+" is not for a terminal", "add --output FILE."+o.format)
		}
	}
	data, err := o.render(app, g, b, page, text, document)
	if err != nil {
		return err
	}
	if o.file == "" {
		_, err := app.Stdout.Write(data)
		return closedPipe(err)
	}
	return writeFile(o.file, data)
}

func (o *output) render(app *App, g *global, b view.Builder, page *view.Page, text func(*printer), document func(format string) ([]byte, error)) ([]byte, error) {
	var buf bytes.Buffer
	switch o.format {
	case "text":
		p := newPrinter(app, g, b, page, o.file != "")
		text(p)
		if o.sources || o.evidence {
			p.sourceList()
		}
		return p.bytes(), nil
	case "json":
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		err := enc.Encode(page.Data)
		return buf.Bytes(), err
	case "csv":
		err := view.WriteCSV(&buf, page.Table, o.raw)
		return buf.Bytes(), err
	case "xlsx":
		err := sheet.Write(&buf, sheet.Page(b.Corpus, page, "", nil))
		return buf.Bytes(), err
	case "csl", "bibtex", "ris":
		var list []*entente.Source
		for _, id := range page.Sources {
			if s := b.Corpus.Source(id); s != nil {
				list = append(list, s)
			}
		}
		write := cite.WriteCSL
		switch o.format {
		case "bibtex":
			write = cite.WriteBibTeX
		case "ris":
			write = cite.WriteRIS
		}
		err := write(&buf, list)
		return buf.Bytes(), err
	}
	if document == nil {
		return nil, &entente.Error{Kind: entente.Internal, Place: "--format", Msg: "the format " + o.format + " is listed, but has no writer"}
	}
	return document(o.format)
}

// writeFile writes a file whole or not at all: beside its place under another
// name first, then moved.
func writeFile(path string, data []byte) error {
	fail := func(kind entente.Kind, msg, hint string, err error) error {
		return &entente.Error{Kind: kind, Op: "write", Place: path, Msg: msg, Hint: hint, Err: err}
	}
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		return fail(entente.Conflict, "this is a folder or device, not a file", "name a file", nil)
	}
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, ".entente-*")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail(entente.NotFound, "there is no folder "+dir, "make it first, or name another place", nil)
	case errors.Is(err, fs.ErrPermission):
		return fail(entente.Denied, "the folder "+dir+" may not be written to", "name another place", nil)
	case err != nil:
		return fail(entente.Unavailable, "the file cannot be made", "name another place", err)
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone already when all went well
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fail(entente.Unavailable, "the file could not be written", "is the disk full?", err)
	}
	return nil
}
