package all

import (
	"context"
	"strings"

	"entente/internal/ingest"
	"entente/internal/ingest/csl"
	"entente/internal/ingest/dna"
	"entente/internal/ingest/refi"
	"entente/internal/ingest/tablefile"
)

// Kind is a sort of file that can be imported.
type Kind struct {
	Name       string
	About      string
	Extensions []string // of file names, with the dot
	// Settings says which part of [Settings] the reader needs; empty for none.
	Settings string
	// Read reads a file. It changes nothing; see package ingest for what a
	// proposal is. Errors are faults of the file as a whole or of the settings.
	Read func(ctx context.Context, name string, data []byte, s Settings, r ingest.Resolver) (*ingest.Proposal, error)
}

// Kinds lists every sort of file, in the order in which people see them.
var Kinds = []Kind{
	{"csv", "Table with any columns, as CSV", []string{".csv", ".tsv", ".txt"}, "table", readTable},
	{"xlsx", "Table with any columns, in a workbook (XLSX)", []string{".xlsx"}, "table", readTable},
	{"datapackage", "Corpus as a Data Package: a ZIP file with datapackage.json and its tables", []string{".zip"}, "", readPackage},
	{"dna", "Project of the Discourse Network Analyzer 3 (SQLite)", []string{".dna"}, "dna", readDNA},
	{"csl", "References as CSL JSON, as Zotero exports them", []string{".json"}, "csl", readCSL},
	{"refi", "Project of a program for coding texts, as REFI-QDA (QDPX)", []string{".qdpx"}, "refi", readREFI},
	{"voeten", "Recorded votes of the UN General Assembly: Voeten's file of raw votes (CSV)", []string{".csv", ".tab"}, "votes", readVotes("voeten")},
	{"undl", "Recorded votes of the UN General Assembly: the file of the UN library (CSV)", []string{".csv"}, "votes", readVotes("undl")},
}

// Find gives the kind of that name; false when there is none.
func Find(name string) (Kind, bool) {
	for _, k := range Kinds {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}

// Settings are the settings of one import. They can be saved and loaded, so
// that the next file of the sort is read the same way.
type Settings struct {
	Name  string             `json:"name,omitempty"` // what people call them
	Kind  string             `json:"kind"`           // a name of [Kinds]
	Table *tablefile.Mapping `json:"table,omitempty"`
	DNA   *dna.Settings      `json:"dna,omitempty"`
	CSL   *csl.Settings      `json:"csl,omitempty"`
	REFI  *refi.Settings     `json:"refi,omitempty"`
	Votes *Votes             `json:"votes,omitempty"`
}

// Load reads settings strictly and checks them.
func Load(name string, data []byte) (Settings, error) {
	var s Settings
	if err := ingest.ReadJSON(name, data, &s); err != nil {
		return Settings{}, err
	}
	return s, s.Check(name)
}

// Save writes settings as [Load] reads them.
func (s Settings) Save() ([]byte, error) { return ingest.WriteJSON(s) }

// Check reports a kind that is none, a part that is missing, a part that the
// kind does not read, and every fault of its own part.
func (s Settings) Check(name string) error {
	k, ok := Find(s.Kind)
	if !ok {
		var names []string
		for _, k := range Kinds {
			names = append(names, k.Name)
		}
		return ingest.Fault(name+": kind", "the kinds are "+strings.Join(names, ", "), "there is no kind %q", s.Kind)
	}
	parts := []struct {
		name  string
		there bool
		check func(string) error
	}{
		{"table", s.Table != nil, func(at string) error { return s.Table.Check(at) }},
		{"dna", s.DNA != nil, func(at string) error { return s.DNA.Check(at) }},
		{"csl", s.CSL != nil, func(at string) error { return s.CSL.Check(at) }},
		{"refi", s.REFI != nil, func(at string) error { return s.REFI.Check(at) }},
		{"votes", s.Votes != nil, func(at string) error { return s.Votes.Check(at) }},
	}
	for _, p := range parts {
		switch {
		case p.name == k.Settings && !p.there:
			return ingest.Fault(name+": "+p.name, "", "files of the kind %s need settings under %q", k.Name, p.name)
		case p.name != k.Settings && p.there:
			return ingest.Fault(name+": "+p.name, "remove it", "files of the kind %s have no settings under %q", k.Name, p.name)
		case p.there:
			if err := p.check(name + ": " + p.name); err != nil {
				return err
			}
		}
	}
	return nil
}

// Read reads a file by the kind that the settings name.
func Read(ctx context.Context, name string, data []byte, s Settings, r ingest.Resolver) (*ingest.Proposal, error) {
	if err := s.Check("settings"); err != nil {
		return nil, err
	}
	k, _ := Find(s.Kind)
	return k.Read(ctx, name, data, s, r)
}

func readTable(ctx context.Context, name string, data []byte, s Settings, r ingest.Resolver) (*ingest.Proposal, error) {
	if s.Table == nil {
		return nil, needs(name, "table")
	}
	f, err := tablefile.Open(name, data)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return f.Read(ctx, *s.Table, r)
}

func readDNA(ctx context.Context, name string, data []byte, s Settings, r ingest.Resolver) (*ingest.Proposal, error) {
	if s.DNA == nil {
		return nil, needs(name, "dna")
	}
	return dna.Read(ctx, name, data, *s.DNA, r)
}

func readCSL(ctx context.Context, name string, data []byte, s Settings, r ingest.Resolver) (*ingest.Proposal, error) {
	if s.CSL == nil {
		return nil, needs(name, "csl")
	}
	return csl.Read(ctx, name, data, *s.CSL, r)
}

func readREFI(ctx context.Context, name string, data []byte, s Settings, r ingest.Resolver) (*ingest.Proposal, error) {
	if s.REFI == nil {
		return nil, needs(name, "refi")
	}
	return refi.Read(ctx, name, data, *s.REFI, r)
}

func needs(name, part string) error {
	return ingest.Fault(name, "", "the settings have no part %q", part)
}
