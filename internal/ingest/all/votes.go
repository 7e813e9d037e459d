package all

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"entente"
	"entente/internal/archive"
	"entente/internal/ingest"
	"entente/internal/ingest/rollcall"
	"entente/internal/ingest/undl"
	"entente/internal/ingest/voeten"
)

// Votes says which roll calls of a file of votes become records, and how.
type Votes struct {
	// FromSession and ToSession are sessions of the Assembly, both included; 0 is
	// open.
	FromSession int `json:"from_session,omitempty"`
	ToSession   int `json:"to_session,omitempty"`
	// Resolutions narrows to resolutions: "73/27" or "A/RES/73/27".
	Resolutions []string `json:"resolutions,omitempty"`
	Words       string   `json:"words,omitempty"` // all of them, in title or symbol
	// WholeTexts leaves out votes on amendments and paragraphs.
	WholeTexts bool `json:"whole_texts,omitempty"`
	// Body is the actor whose votes they are; it has to be known.
	Body    string         `json:"body,omitempty"`
	Unknown ingest.Unknown `json:"unknown,omitempty"` // for states that the corpus does not have
	New     ingest.New     `json:"new,omitzero"`
}

// Check reports every fault; name stands in the places.
func (v Votes) Check(name string) error {
	var faults entente.Errors
	if v.FromSession < 0 || v.ToSession < 0 || v.FromSession > 999 || v.ToSession > 999 || v.ToSession > 0 && v.ToSession < v.FromSession {
		faults = append(faults, ingest.Fault(name+": from_session, to_session", "the first comes before the last", "there are no sessions %d to %d", v.FromSession, v.ToSession))
	}
	for _, r := range v.Resolutions {
		if strings.TrimSpace(r) == "" {
			faults = append(faults, ingest.Fault(name+": resolutions", "remove it", "a symbol is empty"))
		}
	}
	for _, err := range []error{v.Unknown.Check(name + ": unknown"), v.New.Check(name + ": new")} {
		if err != nil {
			faults = append(faults, err)
		}
	}
	return faults.Err()
}

// readVotes reads a file of votes with the importer of that name. The seats come
// from the archive in the program.
func readVotes(kind string) func(context.Context, string, []byte, Settings, ingest.Resolver) (*ingest.Proposal, error) {
	return func(ctx context.Context, name string, data []byte, s Settings, r ingest.Resolver) (*ingest.Proposal, error) {
		if s.Votes == nil {
			return nil, needs(name, "votes")
		}
		if len(data) > MaxVotes {
			return nil, ingest.Fault(name, "", "the file has more than %d MB", MaxVotes>>20)
		}
		known, err := archive.UNGA()
		if err != nil {
			return nil, err
		}
		read := voeten.Import
		if kind == "undl" {
			read = undl.Import
		}
		a, report, err := read(name, bytes.NewReader(data), known.Seats)
		if err != nil {
			return nil, err
		}
		return FromArchive(ctx, name, a, report, *s.Votes, r)
	}
}

// MaxVotes bounds a file of votes, which has a million rows.
const MaxVotes = 400 << 20

// FromArchive makes records of the roll calls of an archive that the settings
// choose: a source, and for each roll call an instrument, the roll call and its
// votes. Rows are the roll calls; what the importer skipped stands in the notes.
//
// Absent stays absent. A state that was no member has no vote, and one whose
// row the file lacks has none either: the roll call is then not complete. What
// the corpus has already is not proposed again.
func FromArchive(ctx context.Context, name string, a *archive.Archive, report *rollcall.Report, v Votes, r ingest.Resolver) (*ingest.Proposal, error) {
	if err := v.Check("settings"); err != nil {
		return nil, err
	}
	p := &ingest.Proposal{}
	rd := &votes{a: a, p: p, link: ingest.Linker{Resolver: r, Unknown: v.Unknown, New: v.New, Proposal: p}, actors: make([]seat, len(a.Seats))}
	if v.Body != "" {
		id, ok := r.Actor(v.Body)
		if !ok {
			return nil, ingest.Fault("settings: votes: body", "", "the actor %q is not known", v.Body)
		}
		rd.body = id
	}
	calls, missing := a.Select(archive.Filter{
		FromSession: v.FromSession, ToSession: v.ToSession, Resolutions: v.Resolutions, Words: v.Words, WholeTexts: v.WholeTexts,
	})
	if n := len(calls) * len(a.Seats); n > ingest.MaxRows {
		return nil, ingest.Fault(name, "choose sessions or resolutions", "%d roll calls of %d seats are more than %d votes", len(calls), len(a.Seats), ingest.MaxRows)
	}
	for _, m := range missing {
		p.Note("the file has no vote on %s", m)
	}
	rd.shared = map[string]int{}
	for i := range a.Calls {
		if c := &a.Calls[i]; c.Resolution != "" && c.Whole() {
			rd.shared[c.Resolution]++
		}
	}
	if len(calls) > 0 {
		rd.source()
	}
	for i, c := range calls {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		rd.call(i+1, c)
	}
	if report != nil {
		remarks(p, report)
	}
	p.Finish()
	return p, nil
}

type votes struct {
	a      *archive.Archive
	p      *ingest.Proposal
	link   ingest.Linker
	body   string
	src    string
	actors []seat         // by seat
	shared map[string]int // whole-text votes by resolution
}

type seat struct {
	done bool
	id   string
	why  string
}

// source proposes the file itself as a source, unless the corpus has it.
func (v *votes) source() {
	v.src = string(v.a.SourceID)
	if v.src == "" {
		v.src = ingest.SlugOf(v.a.Title)
	}
	if id, ok := v.link.Resolver.Source(ingest.SourceKey{ID: v.src, Title: v.a.Title}); ok {
		v.src = id
		return
	}
	url := ""
	if i := strings.Index(v.a.Citation, "https://"); i >= 0 {
		url, _, _ = strings.Cut(v.a.Citation[i:], " ")
	} else if _, doi, ok := strings.Cut(v.a.Source, "doi:"); ok {
		url = "https://doi.org/" + doi
	}
	v.p.Add("sources", 0, "the file", map[string]string{
		"id": v.src, "title": v.a.Title, "author": v.a.Source, "url": url, "kind": string(entente.Dataset), "note": v.a.Licence,
	})
	v.link.Make("sources", v.src)
}

// seat gives the actor that holds a seat.
func (v *votes) seat(i, row int, at string) seat {
	if s := v.actors[i]; s.done {
		return s
	}
	s, out := &v.a.Seats[i], seat{done: true}
	r := v.link.Resolver
	switch {
	case s.Actor != "" && has(r, string(s.Actor)):
		out.id, _ = r.Actor(string(s.Actor))
	case has(r, s.Code):
		out.id, _ = r.Actor(s.Code)
	default:
		id, miss := v.link.Actor(s.Name, row, at)
		out.id = id
		if miss != nil {
			out.why = miss.Why
		}
	}
	v.actors[i] = out
	return out
}

func has(r ingest.Resolver, name string) bool { _, ok := r.Actor(name); return ok }

// names gives the ids of a roll call and of the instrument it is on: "res-73-27"
// and "rc-73-27" for a vote on a whole resolution, as the corpus has them, else
// ids with the number of the vote.
func (v *votes) names(c *archive.Call) (instrument, rollCall string) {
	text := c.Resolution
	if text == "" {
		text = c.Reference
	}
	short := ingest.Words(strings.TrimPrefix(text, "A/RES/"), 60)
	number := fmt.Sprintf("%s-%d-%s", v.a.Name, c.Session, ingest.Words(c.ID, 40))
	if short == "" {
		return "res-" + number, "rc-" + number
	}
	if c.Resolution == "" { // a reference names a text within its session only
		return fmt.Sprintf("res-s%d-%s", c.Session, short), "rc-" + number
	}
	if c.Whole() && v.shared[c.Resolution] == 1 {
		return "res-" + short, "rc-" + short
	}
	return "res-" + short, "rc-" + short + "-" + ingest.Words(c.ID, 40)
}

func (v *votes) call(row, i int) {
	c := &v.a.Calls[i]
	at := "roll call " + c.ID
	instrument, rollCall := v.names(c)
	k, knows := v.link.Resolver.(ingest.Knower)
	known := func(table, id string) bool { return knows && k.Known(table, id) }
	if knows && c.Resolution != "" {
		if id, ok := k.Instrument(c.Resolution); ok {
			instrument = id
		}
	}
	if c.Date.IsZero() {
		v.p.Report(row, at, ingest.Problem, "the roll call has no date")
		return
	}
	if !known("instruments", instrument) && !v.link.Made("instruments", instrument) {
		title := c.Title
		if title == "" {
			title = c.Symbol()
		}
		v.p.Add("instruments", row, at, map[string]string{
			"id": instrument, "title": title, "kind": string(entente.Resolution), "body": v.body, "date": c.Date.String(), "symbol": c.Resolution,
			"source": v.src, "pinpoint": at, "checked": "yes",
		})
		v.link.Make("instruments", instrument)
	}
	var cast []map[string]string
	var without []string
	complete := true
	for j, b := range v.a.Row(i) {
		if b == archive.NotMember {
			continue
		}
		if b == archive.NoRecord {
			complete = false
			without = append(without, v.a.Seats[j].Code)
			continue
		}
		s := v.seat(j, row, at)
		if s.id == "" {
			complete = false
			without = append(without, v.a.Seats[j].Code)
			continue
		}
		cast = append(cast, map[string]string{"rollcall": rollCall, "actor": s.id, "ballot": string(b.Corpus()), "source": v.src})
	}
	was := known("rollcalls", rollCall)
	if !was {
		v.p.Add("rollcalls", row, at, map[string]string{
			"id": rollCall, "instrument": instrument, "date": c.Date.String(), "stage": "plenary", "complete": yesNo(complete), "source": v.src, "note": note(c),
		})
	}
	added, seen := 0, map[string]bool{}
	for _, vote := range cast {
		id := vote["rollcall"] + "|" + vote["actor"]
		if seen[id] {
			without = append(without, vote["actor"]+" (a second seat of the actor)")
			continue
		}
		if seen[id] = true; known("votes", id) {
			continue
		}
		v.p.Add("votes", row, at, vote)
		added++
	}
	why := ""
	if len(without) > 0 {
		why = fmt.Sprintf("without %s: no row in the file, or no known actor", strings.Join(without, ", "))
	}
	if was && added == 0 {
		v.p.Report(row, at, ingest.Skipped, "is in the corpus as "+rollCall)
		return
	}
	v.p.Report(row, at, ingest.Used, why)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func note(c *archive.Call) string {
	switch {
	case c.Amendment == archive.Set:
		return "on an amendment"
	case c.Paragraph == archive.Set:
		return "on a part of the text"
	}
	return ""
}

// remarks turns the report of the importer into notes.
func remarks(p *ingest.Proposal, r *rollcall.Report) {
	p.Note("%s", r.String())
	for _, s := range r.Skipped {
		p.Note("%d rows skipped: %s (first in line %d)", s.Rows, s.Reason, s.Lines[0])
	}
	for _, u := range r.Unmatched {
		p.Note("no seat for %q: %d rows (first in line %d)", u.State, u.Rows, u.Line)
	}
	for _, t := range r.Tallies {
		p.Note("roll call %s (%s): the file states %v votes for, abstaining and against, its rows are %v", t.RollCall, t.Resolution, t.Stated, t.Counted)
	}
	if r.TalliesMore > 0 {
		p.Note("%d more roll calls whose votes do not add up", r.TalliesMore)
	}
	p.Notes = append(p.Notes, r.Notes...)
}
