package desk

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/ingest"
	"entente/internal/ingest/all"
	"entente/internal/ingest/csl"
	"entente/internal/ingest/dna"
	"entente/internal/ingest/refi"
	"entente/internal/ingest/tablefile"
)

// readSettings reads the form of the kind of file that the import is of.
func (c *Call) readSettings(f *Form, old *all.Settings) *all.Settings {
	s := &all.Settings{Kind: old.Kind}
	unknown := Choice(f, "unknown", ingest.Unknowns)
	fresh := ingest.New{
		ActorKind: string(Choice(f, "new-actor-kind", entente.ActorKinds)), SourceKind: string(Choice(f, "new-source-kind", entente.SourceKinds)),
		Pillar: string(Choice(f, "new-pillar", entente.Pillars)), Issue: f.Text("new-issue", maxMapColumn),
	}
	switch {
	case old.Table != nil:
		s.Table = f.readTable(old.Table)
		s.Table.Unknown, s.Table.New = unknown, fresh
	case old.DNA != nil:
		d := dna.Settings{
			Type: f.Text("type", maxMapColumn), Actor: f.Text("actor", maxMapColumn), ActorElse: f.Text("actor-else", maxMapColumn), Concept: f.Text("concept", maxMapColumn),
			Qualifier: f.Text("qualifier", maxMapColumn), SourceKinds: f.pairs("source-kinds"), AuthorsText: f.Checked("authors-text"), Coders: f.pairs("coders"),
			Checked: f.Checked("checked"), Unknown: unknown, New: fresh, Stances: map[string]string{},
		}
		for _, v := range f.Values["note-variables"] {
			if v = strings.TrimSpace(v); v != "" && !slices.Contains(d.Note, v) {
				d.Note = append(d.Note, v)
			}
		}
		for name := range f.Values {
			if v, ok := strings.CutPrefix(name, "stance:"); ok && f.Values.Get(name) != "" {
				d.Stances[v] = string(Choice(f, name, entente.Stances))
			}
		}
		s.DNA = &d
	case old.CSL != nil:
		s.CSL = &csl.Settings{
			Kinds: f.pairs("kinds"), OtherKind: string(Choice(f, "other-kind", entente.SourceKinds)), AuthorsText: f.Checked("authors-text"), Unknown: unknown, New: fresh,
		}
	case old.REFI != nil:
		s.REFI = &refi.Settings{
			Actor: refi.Actor{By: Choice(f, "actor-by", actorsBy), Name: f.Text("actor-name", maxMapColumn)}, Codes: f.readCodes(), Propositions: f.Text("propositions", maxMapColumn),
			StanceWords: f.pairs("stance-words"), Stances: f.Text("stances", maxMapColumn), DateVariable: f.Text("date-variable", maxMapColumn),
			Descriptions: f.Checked("descriptions"), Coders: f.pairs("coders"), Checked: f.Checked("checked"), Unknown: unknown, New: fresh,
		}
	case old.Votes != nil:
		v := &all.Votes{Words: f.Text("words", maxMapColumn), WholeTexts: f.Checked("whole-texts"), Body: f.Text("body", maxMapColumn), Unknown: unknown, New: fresh}
		v.FromSession, v.ToSession = f.session("from-session"), f.session("to-session")
		for r := range strings.FieldsFuncSeq(f.Long("resolutions", maxMapCell), func(r rune) bool { return r == '\n' || r == ',' || r == ';' }) {
			if r = strings.TrimSpace(r); r != "" {
				v.Resolutions = append(v.Resolutions, r)
			}
		}
		s.Votes = v
	}
	return s
}

// session reads a number of a session; empty is open.
func (f *Form) session(name string) int {
	if strings.TrimSpace(f.Values.Get(name)) == "" {
		return 0
	}
	return f.Number(name, 1, 999)
}

// readCodes reads lines "code = proposition" and "code = proposition, stance".
func (f *Form) readCodes() []refi.Code {
	var out []refi.Code
	for line := range strings.SplitSeq(f.Long("codes", 20*maxMapCell), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		i := strings.LastIndex(line, "=")
		if i <= 0 {
			f.Fault("codes", "pairs", "line", shortened(line, 60))
			continue
		}
		proposition, stance, _ := strings.Cut(line[i+1:], ",")
		out = append(out, refi.Code{Code: strings.TrimSpace(line[:i]), Proposition: strings.TrimSpace(proposition), Stance: strings.TrimSpace(stance)})
	}
	return out
}

// readTable reads the mapping of a table, in the order of its columns.
func (f *Form) readTable(old *tablefile.Mapping) *tablefile.Mapping {
	m := &tablefile.Mapping{Name: old.Name, Kind: Choice(f, "table", datapackage.Tables()), Sheet: f.Values.Get("sheet"), Separator: separatorOf(Choice(f, "separator", separatorNames))}
	if m.Kind == "" {
		f.Fault("table", "needed")
		m.Kind = old.Kind
	}
	if strings.TrimSpace(f.Values.Get("header-row")) != "" {
		m.HeaderRow = f.Number("header-row", 1, ingest.MaxRows)
	}
	for _, spec := range datapackage.Columns(m.Kind) {
		x := tablefile.Column{
			To: spec.Name, From: f.Values.Get("from:" + spec.Name), Fixed: f.Text("fixed:"+spec.Name, maxMapCell), Date: f.Text("date:"+spec.Name, 30),
			Split: f.Values.Get("split:" + spec.Name), Words: f.pairs("words:" + spec.Name),
		}
		if x.From != "" || x.Fixed != "" {
			m.Columns = append(m.Columns, x)
		}
	}
	return m
}

// inColumn finds the column of a mapping that a fault is about: "… columns[3]
// (stance) words".
var inColumn = regexp.MustCompile(`columns\[\d+\] \((\w+)\)`)

// missingColumn finds the column that nothing fills.
var missingColumn = regexp.MustCompile(`^nothing fills (\w+),`)

// refuseSettings notes the faults of settings: beside their column where they name
// one, else above the form. It returns errors that no typing mends.
func (f *Form) refuseSettings(err error) error {
	var list entente.Errors
	if !errors.As(err, &list) {
		list = entente.Errors{err}
	}
	for i, one := range list {
		e := asEntente(one)
		if e == nil {
			return one
		}
		name, words := "settings "+strconv.Itoa(i), faultWords(e)
		if field := settingField(e.Place); field != "" {
			name = field
		} else if m := inColumn.FindStringSubmatch(e.Place); m != nil {
			name = "column " + m[1]
		} else if m := missingColumn.FindStringSubmatch(e.Msg); m != nil {
			name = "column " + m[1]
		} else {
			words = strings.TrimPrefix(e.Place, "settings: ") + ": " + words
		}
		f.say(name, words)
	}
	return nil
}

// settingFields are fields of the form that faults of settings name.
var settingFields = []string{
	"type", "actor", "actor-else", "concept", "qualifier", "source-kinds", "coders", "kinds", "other-kind", "actor-by", "actor-name", "codes", "stance-words", "stances", "propositions", "date-variable",
	"from-session", "to-session", "resolutions", "body", "unknown", "new-actor-kind", "new-source-kind", "new-pillar", "new-issue", "sheet", "separator", "header-row",
}

// settingField finds the field of the form that a place such as "settings: refi:
// actor.by" means; "" for none.
func settingField(place string) string {
	place = place[strings.LastIndex(place, ": ")+1:]
	place, _, _ = strings.Cut(place, "(")
	place, _, _ = strings.Cut(place, ",")
	name := strings.NewReplacer(".", "-", "_", "-").Replace(strings.TrimSpace(place))
	if slices.Contains(settingFields, name) {
		return name
	}
	return ""
}

// saveSettings keeps how a file is to be read, and goes on to the preview.
func saveSettings(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	j, err := c.job()
	if err != nil {
		return err
	}
	if !j.Done.IsZero() {
		return c.Done(j.href("/report"), "import-is-done")
	}
	s := c.readSettings(f, j.Settings)
	if f.Values.Get("do") == "table" { // another table: its columns are guessed anew
		return c.guessAgain(f, j, s)
	}
	if f.OK() {
		if err := s.Check("settings"); err != nil {
			if err := f.refuseSettings(err); err != nil {
				return err
			}
		}
	}
	if !f.OK() {
		return c.mapping(f, http.StatusBadRequest)
	}
	if name := f.Text("save-as", maxMapName); name != "" && f.OK() {
		m, err := c.keepMapping(name, s)
		if err != nil {
			status := auth.StatusOf(err)
			if err := f.Refuse(err, "name"); err != nil {
				return err
			}
			f.Faults["save-as"] = f.Faults["name"]
			return c.mapping(f, status)
		}
		j.Mapping = m
	}
	if !f.OK() {
		return c.mapping(f, http.StatusBadRequest)
	}
	j.Settings, j.Checked = s, true
	if err := c.saveJob(j); err != nil {
		return err
	}
	http.Redirect(c.W, c.R, j.href("/preview"), http.StatusSeeOther)
	return nil
}

// maxMapName bounds the name of saved settings.
const maxMapName = 200

// keepMapping saves settings under a name; those of the same name get a new
// version. What coders are called in the file is not kept: the team shares these.
func (c *Call) keepMapping(name string, s *all.Settings) (string, error) {
	shared := *s
	if s.DNA != nil {
		d := *s.DNA
		d.Coders, shared.DNA = nil, &d
	}
	if s.REFI != nil {
		r := *s.REFI
		r.Coders, shared.REFI = nil, &r
	}
	list, err := c.Desk.Bench.Mappings(c.Context())
	if err != nil {
		return "", err
	}
	base := 0
	for i := range list {
		if list[i].Name == name {
			base = list[i].Version
		}
	}
	m, err := c.Desk.Bench.SaveMapping(c.Context(), c.User, name, shared, base)
	if err != nil {
		return "", err
	}
	return m.ID, nil
}

// guessAgain guesses the columns for the table and the sheet that were chosen.
func (c *Call) guessAgain(f *Form, j *importJob, s *all.Settings) error {
	if s.Table == nil || f.Faults["table"] != "" {
		return c.mapping(f, http.StatusBadRequest)
	}
	data, err := c.jobFile(j)
	if err != nil {
		return err
	}
	file, err := tablefile.Open(j.Name, data)
	if err == nil {
		defer func() { _ = file.Close() }() // only read
		look := tablefile.Mapping{Kind: s.Table.Kind, Sheet: s.Table.Sheet, Separator: s.Table.Separator, HeaderRow: s.Table.HeaderRow}
		if len(file.Sheets) == 0 {
			look.Sheet = ""
		}
		var header []string
		var sample [][]string
		if header, sample, err = file.Sample(look, sampleRows); err == nil {
			m, notes := tablefile.Guess(header, sample, look.Kind)
			m.Sheet, m.Separator, m.HeaderRow, m.Unknown, m.New = look.Sheet, look.Separator, look.HeaderRow, s.Table.Unknown, s.Table.New
			j.Settings, j.Notes, j.Checked = &all.Settings{Kind: j.Settings.Kind, Table: &m}, notes, false
			if err := c.saveJob(j); err != nil {
				return err
			}
			http.Redirect(c.W, c.R, j.href(""), http.StatusSeeOther)
			return nil
		}
	}
	words := faultsOf(err)
	if words == nil {
		return err
	}
	f.say("table", strings.Join(words, " "))
	return c.mapping(f, http.StatusUnprocessableEntity)
}
