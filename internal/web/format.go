package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"

	"entente/internal/view"
)

// The forms in which a page can be had; the name is the ending of the address.
const (
	formatHTML = "" // the page itself
	formatJSON = "json"
	formatCSV  = "csv"
	formatXLSX = "xlsx"
	formatCSL  = "csl.json"
	formatBib  = "bib"
	formatMD   = "md"
	formatNote = "html" // the briefing note as one stand-alone file
	formatDOCX = "docx"
	formatGML  = "graphml"
	formatGEXF = "gexf"
)

// mediaTypes gives the type of each form.
var mediaTypes = map[string]string{
	formatHTML: "text/html; charset=utf-8",
	formatJSON: "application/json; charset=utf-8",
	formatCSV:  "text/csv; charset=utf-8; header=present",
	formatXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	formatCSL:  "application/vnd.citationstyles.csl+json; charset=utf-8",
	formatBib:  "application/x-bibtex; charset=utf-8",
	formatMD:   "text/markdown; charset=utf-8",
	formatNote: "text/html; charset=utf-8",
	formatDOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	formatGML:  "application/graphml+xml; charset=utf-8",
	formatGEXF: "application/gexf+xml; charset=utf-8",
}

// endings lists the forms, the longer ending before the one it contains.
var endings = []string{formatCSL, formatJSON, formatCSV, formatXLSX, formatBib, formatMD, formatNote, formatDOCX, formatGML, formatGEXF}

// twins are the forms of every page; notes those of a comparison besides.
var (
	twins = []string{formatJSON, formatCSV, formatXLSX, formatCSL, formatBib}
	notes = []string{formatDOCX, formatMD, formatNote}
)

// exports reports whether a form of a page is a file to be taken away: that needs
// the right to export, and stands in the audit log. The page itself and what
// programs read are not.
func exports(format string) bool {
	switch format {
	case formatHTML, formatJSON, formatCSL:
		return false
	}
	return true
}

// home is the name under which the start page has its twins: /index.json.
const home = "/index"

// splitFormat takes the ending of a twin off a path.
func splitFormat(path string) (base, format string) {
	for _, f := range endings {
		if cut, ok := strings.CutSuffix(path, "."+f); ok && cut != "" && !strings.HasSuffix(cut, "/") {
			if cut == home {
				cut = "/"
			}
			return cut, f
		}
	}
	return path, formatHTML
}

// address puts path, form and query together again.
func address(base, format string, q url.Values) string {
	if format != formatHTML {
		if base == "/" {
			base = home
		}
		base += "." + format
	}
	u := url.URL{Path: base, RawQuery: q.Encode()}
	return u.String()
}

// fileName names a download: the path of the page (the name of its table, where
// the path is empty) and a short hash of its address, so that two queries never
// share a file.
func fileName(table, base, format string, q url.Values) string {
	sum := sha256.Sum256([]byte(address(base, formatHTML, q)))
	parts := []string{"entente"}
	for p := range strings.SplitSeq(base, "/") {
		if p = plain(p); p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 1 {
		parts = append(parts, plain(table))
	}
	name := strings.Join(parts, "-")
	if len(name) > 60 {
		name = name[:60]
	}
	return name + "-" + hex.EncodeToString(sum[:4]) + "." + format
}

// plain keeps what is safe in the name of a file anywhere.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, s)
}

func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}

// encodeCSV writes a table as UTF-8, every cell guarded against being run as a
// formula by a spreadsheet.
func encodeCSV(t view.Table) ([]byte, error) {
	var b bytes.Buffer
	err := view.WriteCSV(&b, t, false)
	return b.Bytes(), err
}
