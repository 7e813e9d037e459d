package archive

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"
)

// The files of an archive. Roll calls are compressed: one row has one letter
// per seat, in the order of the seats.
const (
	DescriptorFile = "datapackage.json"
	SeatsFile      = "seats.csv"
	CallsFile      = "rollcalls.csv.gz"
	BridgesFile    = "bridges.csv"
)

// column is a column of a file: its name, its Frictionless type and its
// meaning.
type column struct{ name, kind, about string }

// tables are the tables of an archive: what the writer writes, the reader
// expects and the descriptor describes.
var tables = map[string][]column{
	SeatsFile: {
		{"code", "string", "ISO 3166-1 alpha-3, also of former states (CSK, DDR, SCG, YMD, YUG); EAZ for Zanzibar is not of ISO 3166. The rows stand in the order of the letters in the column ballots of the roll calls"},
		{"actor", "string", "the actor's id in the default corpus; empty for a former state"},
		{"name", "string", "name in English"},
		{"first", "integer", "session of the first row"},
		{"last", "integer", "session of the last row"},
		{"numbers", "string", "Correlates of War numbers, parted by ;"},
		{"codes", "string", "other three-letter codes, parted by ;"},
		{"names", "string", "other names, former ones included, parted by ;"},
		{"successor", "string", "the code under which the seat goes on"},
		{"note", "string", "what a reader of the seat's votes must know"},
	},
	CallsFile: {
		{"id", "string", "number of the roll call in the source; not in the order of time"},
		{"session", "integer", "session of the General Assembly; emergency and special sessions stand under the regular session of their time"},
		{"date", "string", "YYYY-MM-DD, or YYYY-MM where the source has no day"},
		{"reference", "string", "the source's reference, where it says more than the resolution"},
		{"resolution", "string", "symbol of the resolution; empty when the source has none"},
		{"title", "string", "short label of the source"},
		{"amendment", "string", "1 a vote on an amendment, 0 not, empty not coded"},
		{"paragraph", "string", "1 a vote on a part of the text, 0 not, empty not coded"},
		{"important", "string", "1 on the list of important votes of the Department of State of the United States, 0 not, empty not coded"},
		{"topics", "string", "me Middle East, nu nuclear, di disarmament, hr human rights, co colonialism, ec economic development; parted by ;"},
		{"yes", "integer", "ballots y, as a check"},
		{"abstain", "integer", "ballots a, as a check"},
		{"no", "integer", "ballots n, as a check"},
		{"absent", "integer", "ballots x, as a check"},
		{"ballots", "string", "one letter per seat: y yes, a abstain, n no, x absent, . not a member, ? a member without a row in the source"},
	},
	BridgesFile: {
		{"earlier", "string", "roll call"},
		{"later", "string", "a later roll call on the same text"},
	},
}

// tableFiles lists the tables in the order of the descriptor.
var tableFiles = []string{SeatsFile, CallsFile, BridgesFile}

// descriptor is the part of datapackage.json that is read back.
type descriptor struct {
	Profile   string     `json:"profile"`
	Name      string     `json:"name"`
	Title     string     `json:"title"`
	Version   string     `json:"version"`
	Format    string     `json:"entente_format"`
	SourceID  string     `json:"entente_source,omitempty"`
	Licences  []licence  `json:"licenses"`
	Sources   []source   `json:"sources"`
	Citation  string     `json:"citation"`
	Resources []resource `json:"resources"`
}

type licence struct {
	Name string `json:"name"`
}

type source struct {
	Title string `json:"title"`
}

type resource struct {
	Name        string `json:"name"`
	Path        string `json:"path"`
	Profile     string `json:"profile"`
	Format      string `json:"format"`
	Encoding    string `json:"encoding"`
	Compression string `json:"compression,omitempty"`
	Schema      schema `json:"schema"`
}

type schema struct {
	Fields []field `json:"fields"`
	Key    any     `json:"primaryKey"`
}

type field struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description"`
}

// format names the layout of the files; the number rises when it changes.
const format = "entente.votes/1"

// Files gives the archive as files, name to content. The same archive gives the
// same bytes with the same version of Go; a newer one may compress otherwise.
func (a *Archive) Files() (map[string][]byte, error) {
	out := map[string][]byte{}
	var err error
	if out[DescriptorFile], err = a.descriptor(); err != nil {
		return nil, err
	}
	for _, name := range tableFiles {
		b, err := writeCSV(name, a.rows(name))
		if err != nil {
			return nil, err
		}
		out[name] = b
	}
	return out, nil
}

func (a *Archive) descriptor() ([]byte, error) {
	d := descriptor{
		Profile: "tabular-data-package", Name: a.Name, Title: a.Title, Version: a.Version, Format: format, SourceID: string(a.SourceID),
		Licences: []licence{{a.Licence}}, Sources: []source{{a.Source}}, Citation: a.Citation,
	}
	for _, name := range tableFiles {
		r := resource{Name: strings.SplitN(name, ".", 2)[0], Path: name, Profile: "tabular-data-resource", Format: "csv", Encoding: "utf-8"}
		if strings.HasSuffix(name, ".gz") {
			r.Compression = "gz"
		}
		for _, c := range tables[name] {
			r.Schema.Fields = append(r.Schema.Fields, field{c.name, c.kind, c.about})
		}
		r.Schema.Key = tables[name][0].name
		if name == BridgesFile {
			r.Schema.Key = []string{"earlier", "later"}
		}
		d.Resources = append(d.Resources, r)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(d)
	return b.Bytes(), err
}

func (a *Archive) rows(file string) [][]string {
	var out [][]string
	switch file {
	case SeatsFile:
		for i := range a.Seats {
			s := &a.Seats[i]
			numbers := make([]string, len(s.Numbers))
			for j, n := range s.Numbers {
				numbers[j] = strconv.Itoa(n)
			}
			out = append(out, []string{
				s.Code, string(s.Actor), s.Name, strconv.Itoa(s.First), strconv.Itoa(s.Last), strings.Join(numbers, ";"),
				strings.Join(s.Codes, ";"), strings.Join(s.Names, ";"), s.Successor, s.Note,
			})
		}
	case CallsFile:
		letters := make([]byte, len(a.Seats))
		for i := range a.Calls {
			c := &a.Calls[i]
			for j, b := range a.Row(i) {
				letters[j] = b.Letter()
			}
			out = append(out, []string{
				c.ID, strconv.Itoa(c.Session), c.Date.String(), c.Reference, c.Resolution, c.Title, c.Amendment.text(), c.Paragraph.text(),
				c.Important.text(), c.Topics.codes(), strconv.Itoa(c.Tally.Yes), strconv.Itoa(c.Tally.Abstain), strconv.Itoa(c.Tally.No),
				strconv.Itoa(c.Tally.Absent), string(letters),
			})
		}
	case BridgesFile:
		for _, b := range a.Bridges {
			out = append(out, []string{b[0], b[1]})
		}
	}
	return out
}

func (f Flag) text() string { return [...]string{NotCoded: "", Unset: "0", Set: "1"}[f] }

func parseFlag(s string) (Flag, bool) {
	switch s {
	case "":
		return NotCoded, true
	case "0":
		return Unset, true
	case "1":
		return Set, true
	}
	return NotCoded, false
}

func writeCSV(name string, rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	var header []string
	for _, c := range tables[name] {
		header = append(header, c.name)
	}
	if err := w.WriteAll(append([][]string{header}, rows...)); err != nil {
		return nil, err
	}
	if !strings.HasSuffix(name, ".gz") {
		return b.Bytes(), nil
	}
	var z bytes.Buffer
	gz, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := gz.Write(b.Bytes()); err != nil {
		return nil, err
	}
	if err := gz.Close(); err != nil {
		return nil, err
	}
	return z.Bytes(), nil
}
