package all

import (
	"path/filepath"
	"slices"
	"strings"

	"entente/internal/ingest"
	"entente/internal/ingest/csl"
	"entente/internal/ingest/dna"
	"entente/internal/ingest/refi"
	"entente/internal/ingest/tablefile"
)

// sampled is how many rows a guess looks at.
const sampled = 200

// KindOf tells the sort of a file by its name; empty when several or none fit.
func KindOf(name string) string {
	ending := strings.ToLower(filepath.Ext(name))
	for _, k := range Kinds {
		if k.Extensions[0] == ending || slices.Contains(k.Extensions, ending) && k.Settings == "table" {
			return k.Name
		}
	}
	return ""
}

// Guess gives settings to start from for a file of a kind, and notes on what a
// person should look at. table is the table of the corpus that the rows of a
// table become. Nothing that carries meaning is guessed: a stance is mapped only
// by its own words.
func Guess(name string, data []byte, kind, table string) (Settings, []string, error) {
	k, ok := Find(kind)
	if !ok {
		return Settings{}, nil, Settings{Kind: kind}.Check(name)
	}
	s := Settings{Kind: kind}
	switch k.Settings {
	case "table":
		if table == "" {
			return s, nil, ingest.Fault(name, "for example statements, sources or participation", "it is not said which table the rows become")
		}
		f, err := tablefile.Open(name, data)
		if err != nil {
			return s, nil, err
		}
		defer func() { _ = f.Close() }()
		header, sample, err := f.Sample(tablefile.Mapping{Kind: table}, sampled)
		if err != nil {
			return s, nil, err
		}
		m, notes := tablefile.Guess(header, sample, table)
		s.Table = &m
		return s, notes, nil
	case "dna":
		d := dna.Defaults()
		s.DNA = &d
	case "csl":
		s.CSL = &csl.Settings{}
	case "refi":
		s.REFI = &refi.Settings{}
	case "votes":
		s.Votes = &Votes{}
	}
	return s, nil, nil
}
