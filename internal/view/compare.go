package view

import (
	"fmt"
	"strings"

	"entente"
	"entente/analysis/alignment"
	"entente/analysis/compare"
	"entente/analysis/suggest"
)

// CompareSchema names the shape of [Compare]; the number rises when a field
// changes its meaning or goes.
const CompareSchema = "entente.compare/1"

// Compare is a comparison of two or more actors.
type Compare struct {
	Schema       string          `json:"schema"`
	Corpus       CorpusInfo      `json:"corpus"`
	AsOf         string          `json:"as_of"`
	Settings     Settings        `json:"settings"`
	Actors       []Actor         `json:"actors"`
	Propositions []CompareRow    `json:"propositions"`
	SharedActs   []Act           `json:"shared_acts"`
	Asymmetries  []Asymmetry     `json:"asymmetries"`
	NotCounted   []Asymmetry     `json:"asymmetries_not_counted"`
	Votes        Votes           `json:"votes"`
	Summary      Summary         `json:"summary"`
	Suggestions  []Suggestion    `json:"suggestions"`
	Records      []SuggestionLog `json:"suggestion_records"`
	Changes      *Changes        `json:"changes,omitempty"` // asked for with a period; see [Builder.CompareWith]
	Members      *Bloc           `json:"members,omitempty"` // a bloc beside an outsider; see [Builder.CompareWith]
}

// CorpusInfo says from which corpus a view was made.
type CorpusInfo struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Version  string `json:"version"`
	Released string `json:"released"`
	Licence  string `json:"licence"`
}

// Settings are the choices under which a view was made.
type Settings struct {
	Pillars    []entente.Pillar `json:"pillars,omitempty"`
	Issues     []string         `json:"issues,omitempty"`
	Bloc       bool             `json:"bloc"`    // positions via a body count
	Implied    bool             `json:"implied"` // positions implied by acts count
	Unverified bool             `json:"unverified"`
}

// CompareRow is the comparison on one proposition. Positions are keyed by actor
// id; Actors gives their order.
type CompareRow struct {
	ID        entente.PropositionID        `json:"id"`
	Pillar    entente.Pillar               `json:"pillar"`
	Issue     string                       `json:"issue"`
	Statement string                       `json:"statement"`
	Parent    entente.PropositionID        `json:"parent,omitempty"`
	Outcome   string                       `json:"outcome"`
	Contested bool                         `json:"contested"`
	Counts    bool                         `json:"counts"` // all had the chance and were looked at
	Positions map[entente.ActorID]Position `json:"positions"`
	Named     []Reading                    `json:"named_open"` // sources that name the question as open
}

// Part is one actor's part in an act; Also holds its further parts.
type Part struct {
	Role         string           `json:"role"`
	From         string           `json:"from,omitempty"`
	To           string           `json:"to,omitempty"`
	Date         string           `json:"date,omitempty"`
	DateBasis    string           `json:"date_basis,omitempty"`
	Source       entente.SourceID `json:"source,omitempty"`
	Pinpoint     string           `json:"pinpoint,omitempty"`
	Verification string           `json:"verification"`
	Note         string           `json:"note,omitempty"`
	Also         []Part           `json:"also,omitempty"`
}

// Act is what two or more of the actors did, signed or belong to together.
type Act struct {
	Kind       string                   `json:"kind"`
	Instrument entente.InstrumentID     `json:"instrument,omitempty"`
	Body       entente.ActorID          `json:"body,omitempty"`
	Title      string                   `json:"title"`
	Date       string                   `json:"date"` // since when, or when, all had their part
	Actors     map[entente.ActorID]Part `json:"actors"`
}

// Asymmetry is what one actor did and another did not, or did more often.
type Asymmetry struct {
	Kind        string                   `json:"kind"`
	Instrument  entente.InstrumentID     `json:"instrument,omitempty"`
	Body        entente.ActorID          `json:"body,omitempty"`
	Proposition entente.PropositionID    `json:"proposition,omitempty"`
	Title       string                   `json:"title"`
	Actors      map[entente.ActorID]Part `json:"actors"`
	Counts      map[entente.ActorID]int  `json:"counts,omitempty"`
	Lacking     []entente.ActorID        `json:"lacking"`
	Looked      []Reading                `json:"looked"` // the reading that found no part
}

// Votes sets recorded votes side by side. Percentages are left to the reader:
// the two numbers are the count and its base.
type Votes struct {
	BothCast int       `json:"both_cast"`
	Agreed   int       `json:"agreed"`
	Rows     []VoteRow `json:"rows"`
}

// VoteRow is one roll call; a ballot is null when it is not on record.
type VoteRow struct {
	RollCall   string                      `json:"roll_call"`
	Instrument entente.InstrumentID        `json:"instrument"`
	Symbol     string                      `json:"symbol"`
	Title      string                      `json:"title"`
	Date       string                      `json:"date"`
	Stage      string                      `json:"stage"`
	Ballots    map[entente.ActorID]*string `json:"ballots"`
	Counted    bool                        `json:"counted"`
	Agreed     bool                        `json:"agreed"`
	Source     entente.SourceID            `json:"source"`
}

// Summary counts outcomes; every figure names its base.
type Summary struct {
	Propositions int                               `json:"propositions"`
	Outcomes     map[string]int                    `json:"outcomes"` // add up to propositions
	ByPillar     map[entente.Pillar]map[string]int `json:"by_pillar"`
	CouldAddress int                               `json:"could_address"` // all had the chance and were looked at
	AllSpoke     int                               `json:"all_spoke"`     // base of agreement
	Contested    int                               `json:"contested"`     // left out of agreement
	Records      int                               `json:"records"`       // that count, each once
	Challenged   int                               `json:"challenged"`    // of the records
	LeftOut      int                               `json:"unverified_left_out"`
	Agreement    *Agreement                        `json:"agreement"` // of two actors
}

// Agreement is a share with its base, intervals and chance-corrected forms.
type Agreement struct {
	N         int       `json:"n"`
	Agreed    int       `json:"agreed"`
	Thin      bool      `json:"thin"`
	Share     *float64  `json:"share"`
	Exact     []float64 `json:"exact_interval"`
	Bootstrap []float64 `json:"bootstrap_interval"`
	S         *Estimate `json:"s"`
	Kappa     *Estimate `json:"kappa"`
	Pi        *Estimate `json:"pi"`
	Seed      int       `json:"seed"`
	Draws     int       `json:"draws"`
}

// Estimate is a coefficient with its bootstrap interval.
type Estimate struct {
	Value    float64   `json:"value"`
	Interval []float64 `json:"interval"`
}

// Suggestion is a proposed next step.
type Suggestion struct {
	Rule              string            `json:"rule"`
	Text              string            `json:"text"`
	Actors            []entente.ActorID `json:"actors"`
	Reasons           []string          `json:"reasons"`
	Evidence          []Cited           `json:"evidence"`
	WeakestAssumption string            `json:"weakest_assumption"`
	Rank              int               `json:"rank"`
	Score             int               `json:"score"`
}

// Cited is a record that a suggestion rests on.
type Cited struct {
	What     string           `json:"what"`
	Source   entente.SourceID `json:"source"`
	Pinpoint string           `json:"pinpoint,omitempty"`
	Date     string           `json:"date,omitempty"`
	Level    string           `json:"verification"`
}

// SuggestionLog is a suggestion that was made before, and what became of it.
type SuggestionLog struct {
	ID         string           `json:"id"`
	Rule       string           `json:"rule,omitempty"`
	Text       string           `json:"text"`
	Date       string           `json:"date"`
	Source     entente.SourceID `json:"source"`
	Pinpoint   string           `json:"pinpoint,omitempty"`
	Status     string           `json:"status"`
	StatusDate string           `json:"status_date,omitempty"`
	Proof      entente.SourceID `json:"proof,omitempty"`
	ProofPin   string           `json:"proof_pinpoint,omitempty"`
}

// Compare makes the view of a comparison.
func (b Builder) Compare(ids []entente.ActorID, o compare.Options) (*Page, error) {
	r, err := compare.Compare(b.Corpus, ids, o)
	if err != nil {
		return nil, err
	}
	found := suggest.For(b.Corpus, r)
	v := &Compare{
		Schema: CompareSchema, Corpus: b.info(), AsOf: r.AsOf.String(), Settings: settingsOf(o), Actors: actorsOf(r.Actors),
		Propositions: []CompareRow{}, SharedActs: []Act{}, Asymmetries: asymmetriesOf(r.Asymmetries), NotCounted: asymmetriesOf(r.NotCounted),
		Votes: votesOf(r), Summary: summaryOf(r), Suggestions: suggestionsOf(found.Suggestions), Records: recordsOf(found.Records),
	}
	used, records := sourceSet{}, recordSet{}
	for i := range r.Rows {
		row := b.compareRow(&r.Rows[i])
		for _, a := range r.Actors {
			p := row.Positions[a.ID]
			used.position(&p)
			records.position(&p)
		}
		for _, n := range row.Named {
			used.add(n.Source)
		}
		v.Propositions = append(v.Propositions, row)
	}
	counted := records.count()
	v.Summary.Records, v.Summary.Challenged = counted.Records, counted.Challenged
	for i := range r.Acts {
		a := &r.Acts[i]
		act := Act{Kind: a.Kind, Title: a.Title, Date: a.Date.String(), Actors: partsOf(a.Parts, used)}
		if a.Instrument != nil {
			act.Instrument = a.Instrument.ID
		}
		if a.Body != nil {
			act.Body = a.Body.ID
		}
		v.SharedActs = append(v.SharedActs, act)
	}
	for _, list := range [][]compare.Asymmetry{r.Asymmetries, r.NotCounted} {
		for i := range list {
			partsOf(list[i].Parts, used)
			for _, c := range list[i].Looked {
				used.add(c.Source)
			}
		}
	}
	for _, row := range v.Votes.Rows {
		used.add(row.Source)
	}
	for _, s := range v.Suggestions {
		for _, e := range s.Evidence {
			used.add(e.Source)
		}
	}
	for _, s := range v.Records {
		used.add(s.Source, s.Proof)
	}
	return &Page{Title: compareTitle(r), Data: v, Table: v.table(), Sources: used.list()}, nil
}

func (b Builder) info() CorpusInfo {
	i := b.Corpus.Info
	return CorpusInfo{i.Name, i.Title, i.Version, i.Released.String(), i.Licence}
}

func settingsOf(o compare.Options) Settings {
	return Settings{o.Pillars, o.Issues, !o.NoBloc, !o.NoImplied, o.Unverified}
}

func compareTitle(r *compare.Report) string {
	names := make([]string, len(r.Actors))
	for i, a := range r.Actors {
		names[i] = a.Name
	}
	return joinAnd(names) + filterWords(r.AsOf, r.Options)
}

func joinAnd(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func (b Builder) compareRow(row *compare.Row) CompareRow {
	p := row.Proposition
	out := CompareRow{
		ID: p.ID, Pillar: p.Pillar, Issue: p.Issue, Statement: p.Statement, Parent: p.Parent, Outcome: string(row.Outcome),
		Contested: row.Contested, Counts: row.Chance, Positions: map[entente.ActorID]Position{}, Named: []Reading{},
	}
	for i := range row.Positions {
		out.Positions[row.Positions[i].Actor] = b.positionOf(&row.Positions[i])
		out.Named = append(out.Named, readings(row.Positions[i].Named)...)
	}
	return out
}

func partOf(p compare.Part) Part {
	v := Part{
		Role: p.Role, From: p.From.String(), To: p.To.String(), Date: p.Date.String(), Source: p.Source, Pinpoint: p.Pinpoint,
		Verification: string(p.Level), Note: p.Note,
	}
	if p.Latest {
		v.DateBasis = string(entente.NotLaterThan)
	}
	return v
}

func partsOf(parts map[entente.ActorID][]compare.Part, used sourceSet) map[entente.ActorID]Part {
	out := map[entente.ActorID]Part{}
	for a, ps := range parts {
		if len(ps) == 0 {
			continue
		}
		first := partOf(ps[0])
		used.add(ps[0].Source)
		for _, p := range ps[1:] {
			used.add(p.Source)
			first.Also = append(first.Also, partOf(p))
		}
		out[a] = first
	}
	return out
}

func asymmetriesOf(list []compare.Asymmetry) []Asymmetry {
	out := []Asymmetry{}
	for i := range list {
		a := &list[i]
		v := Asymmetry{Kind: a.Kind, Title: a.Title, Actors: partsOf(a.Parts, sourceSet{}), Counts: a.Counts, Lacking: orEmpty(a.Lacking), Looked: orEmpty(readings(a.Looked))}
		if a.Instrument != nil {
			v.Instrument = a.Instrument.ID
		}
		if a.Body != nil {
			v.Body = a.Body.ID
		}
		if a.Proposition != nil {
			v.Proposition = a.Proposition.ID
		}
		out = append(out, v)
	}
	return out
}

func votesOf(r *compare.Report) Votes {
	v := Votes{BothCast: r.Votes.BothCast, Agreed: r.Votes.Agreed, Rows: []VoteRow{}}
	for _, row := range r.Votes.Rows {
		v.Rows = append(v.Rows, voteRow(row, r.Actors))
	}
	return v
}

func voteRow(row compare.VoteRow, actors []*entente.Actor) VoteRow {
	out := VoteRow{
		RollCall: row.RollCall.ID, Instrument: row.RollCall.Instrument, Date: row.RollCall.Date.String(), Stage: row.RollCall.Stage,
		Ballots: map[entente.ActorID]*string{}, Counted: row.Counted, Agreed: row.Agreed, Source: row.RollCall.Source,
	}
	if row.Instrument != nil {
		out.Symbol, out.Title = row.Instrument.Symbol, row.Instrument.Title
	}
	for i, a := range actors {
		out.Ballots[a.ID] = word(row.Ballots[i])
	}
	return out
}

func summaryOf(r *compare.Report) Summary {
	s := r.Summary
	v := Summary{
		Propositions: s.Propositions, Outcomes: map[string]int{}, ByPillar: map[entente.Pillar]map[string]int{},
		CouldAddress: s.Chance, AllSpoke: s.Spoke, Contested: s.Contested, LeftOut: s.LeftOut,
	}
	outcomes := compare.PairOutcomes
	if len(r.Actors) > 2 {
		outcomes = compare.GroupOutcomes
	}
	for _, o := range outcomes {
		v.Outcomes[string(o)] = s.ByOutcome[o]
		for p, m := range s.ByPillar {
			if v.ByPillar[p] == nil {
				v.ByPillar[p] = map[string]int{}
			}
			v.ByPillar[p][string(o)] = m[o]
		}
	}
	if len(r.Actors) == 2 {
		v.Agreement = agreementOf(s.Agreement)
	}
	return v
}

func agreementOf(a alignment.Agreement) *Agreement {
	v := &Agreement{N: a.N, Agreed: a.Agreed, Thin: a.Thin, Seed: alignment.Seed, Draws: alignment.Draws}
	if a.N == 0 {
		return v
	}
	v.Share, v.Exact, v.Bootstrap = &a.Share.Value, ends(a.Exact), ends(a.Share.Interval)
	v.S, v.Kappa, v.Pi = estimate(a.S), estimate(a.Kappa), estimate(a.Pi)
	return v
}

func ends(i alignment.Interval) []float64 { return []float64{i.Lo, i.Hi} }

func estimate(e alignment.Estimate) *Estimate {
	if !e.Defined {
		return nil
	}
	return &Estimate{e.Value, ends(e.Interval)}
}

// table is one row per proposition and actor: the form in which a reader can
// recount every figure.
func (v *Compare) table() Table {
	t := Table{Name: "compare", Header: []string{
		"proposition", "pillar", "issue", "statement", "outcome", "counts", "contested", "actor", "stance", "basis", "via", "silence",
		"date", "date_basis", "source", "pinpoint", "verification", "records",
	}}
	for _, row := range v.Propositions {
		for _, a := range v.Actors {
			p := row.Positions[a.ID]
			var e Evidence
			if len(p.Evidence) > 0 && p.Evidence[0].Use == string(entente.Decides) {
				e = p.Evidence[0]
			}
			t.Rows = append(t.Rows, []string{
				string(row.ID), string(row.Pillar), row.Issue, row.Statement, row.Outcome, fmt.Sprint(row.Counts), fmt.Sprint(row.Contested),
				string(a.ID), str(p.Stance), p.Basis, p.Via, str(p.Silence), e.Date, e.DateBasis, string(e.Source), e.Pinpoint, e.Verification, fmt.Sprint(len(p.Evidence)),
			})
		}
	}
	return t
}

func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
