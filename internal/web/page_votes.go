package web

import (
	"html/template"
	"slices"
	"strings"

	"entente/internal/archive"
	"entente/internal/chart"
	"entente/internal/message"
	"entente/internal/view"
)

// voteSettings are the parameters that choose roll calls.
var voteSettings = []string{"session", "from", "to", "topic", "resolution", "q", "whole"}

// voteQuery is the part of a request that chooses roll calls, as typed.
type voteQuery struct {
	session, resolution, whole string
	topics                     []string
}

// shownCalls is the number of roll calls that a page prints; the twins hold all.
const shownCalls = 200

// openVotes reads the vote archive and joins it to the corpus.
func openVotes(b view.Builder) (view.VoteBuilder, error) {
	a, err := archive.UNGA()
	if err != nil {
		return view.VoteBuilder{}, err
	}
	a, err = a.Link(b.Corpus)
	return view.VoteBuilder{Builder: b, Archive: a}, err
}

// voteFilter reads the filter of a request.
func (r *request) voteFilter() (archive.Filter, error) {
	resolutions := strings.FieldsFunc(r.votes.resolution, func(c rune) bool { return c == ',' || c == ';' || c == ' ' })
	f, err := view.ParseVoteFilter(r.votes.session, "", "", r.votes.topics, resolutions, r.words, r.votes.whole == "on")
	f.From, f.To = r.from, r.to
	if err == nil && !f.From.IsZero() && !f.To.IsZero() && f.From.First().Compare(f.To.Last()) > 0 {
		err = bad("from", f.From.String()+" is after "+f.To.String(), "give the earlier date first")
	}
	return f, err
}

// voteForm is the form that chooses roll calls.
type voteForm struct {
	Session, From, To, Resolution, Words string
	Topics                               []choice
	Whole                                bool
}

func (s *site) voteForm(r *request) voteForm {
	f := voteForm{Session: r.votes.session, From: r.from.String(), To: r.to.String(), Resolution: r.votes.resolution, Words: r.words, Whole: r.votes.whole == "on"}
	for _, t := range archive.TopicList {
		f.Topics = append(f.Topics, choice{t.Word, r.t.Label("topic", t.Word), slices.Contains(r.votes.topics, t.Word)})
	}
	return f
}

// voteTitle adds the filter to a title.
func voteTitle(t *message.Catalogue, title string, f view.VoteFilter) string {
	var parts []string
	switch {
	case f.FromSession > 0 && f.FromSession == f.ToSession:
		parts = append(parts, t.T("votes.filter.session", "session", f.FromSession))
	case f.FromSession > 0:
		parts = append(parts, t.T("votes.filter.sessions", "from", f.FromSession, "to", f.ToSession))
	}
	if f.From != "" {
		parts = append(parts, t.T("votes.filter.from", "date", t.Date(f.From)))
	}
	if f.To != "" {
		parts = append(parts, t.T("votes.filter.to", "date", t.Date(f.To)))
	}
	for _, w := range f.Topics {
		parts = append(parts, t.Label("topic", w))
	}
	if len(f.Resolutions) > 0 {
		parts = append(parts, t.List(f.Resolutions))
	}
	if f.Words != "" {
		parts = append(parts, t.T("votes.filter.words", "words", f.Words))
	}
	if f.WholeTexts {
		parts = append(parts, t.T("votes.form.whole"))
	}
	if len(parts) == 0 {
		return title
	}
	return t.T("list.narrowed", "what", title, "by", strings.Join(parts, ", "))
}

// votesScreen lists roll calls.
type votesScreen struct {
	V    *view.VoteList
	Form voteForm
	Rows []view.VoteCall
	More int
	Base string // query of links that keep the filter
}

func buildVotes(s *site, r *request) (*result, error) {
	b, err := s.votes()
	if err != nil {
		return nil, err
	}
	f, err := r.voteFilter()
	if err != nil {
		return nil, err
	}
	p, err := b.Votes(f)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.VoteList)
	screen := &votesScreen{V: v, Form: s.voteForm(r), Rows: v.Calls[:min(len(v.Calls), shownCalls)]}
	screen.More = len(v.Calls) - len(screen.Rows)
	a := v.Archive
	return &result{
		view: p, screen: screen, title: voteTitle(r.t, r.t.T("votes.title"), v.Filter), kicker: r.t.T("votes.kicker"),
		lede: r.t.T("votes.lede", "n", len(v.Calls), "all", a.RollCalls+a.Added, "first", a.FirstSession, "last", a.LastSession),
	}, nil
}

// rollCallScreen is one roll call.
type rollCallScreen struct {
	V      *view.RollCallPage
	Map    figure
	Groups []ballotGroup
}

type ballotGroup struct {
	Ballot string
	Rows   []view.SeatBallot
}

func buildRollCall(s *site, r *request) (*result, error) {
	b, err := s.votes()
	if err != nil {
		return nil, err
	}
	calls, err := b.FindCalls(r.path("id"))
	if err != nil {
		return nil, err
	}
	i := calls[len(calls)-1]
	if id := b.Archive.Calls[i].ID; id != r.path("id") {
		return r.canonical("/votes/" + id), nil
	}
	p := b.RollCall(i)
	v := p.Data.(*view.RollCallPage)
	screen := &rollCallScreen{V: v}
	for _, word := range ballotWords {
		g := ballotGroup{Ballot: word}
		for _, x := range v.Ballots {
			if x.Ballot == word {
				g.Rows = append(g.Rows, x)
			}
		}
		if len(g.Rows) > 0 {
			screen.Groups = append(screen.Groups, g)
		}
	}
	if screen.Map, err = voteMap(r.t, v); err != nil {
		return nil, err
	}
	t := v.Call.Tally
	return &result{
		view: p, screen: screen, title: p.Title, links: []string{"map"},
		kicker: r.t.T("rollcall.kicker", "session", v.Call.Session, "date", r.t.Date(v.Call.Date)),
		lede:   r.t.T("rollcall.lede", "yes", t.Yes, "no", t.No, "abstain", t.Abstain, "absent", t.Absent, "n", t.Members),
	}, nil
}

// ballotWords are the ballots in the order in which a page shows them.
var ballotWords = []string{"yes", "abstain", "no", "absent", "no record"}

// ballotClasses are the classes and marks in which the map of stances shows
// ballots: the same textures, other words.
var ballotClasses = map[string]struct{ class, mark string }{
	"yes": {chart.Affirms, "Y"}, "abstain": {chart.Reserved, "A"}, "no": {chart.Rejects, "N"}, "absent": {chart.NotAddressed, "–"},
	"no record": {chart.NotCoded, "?"}, "not a member": {chart.NoOpportunity, "·"},
}

func ballotKey(word string) string { return strings.ReplaceAll(word, " ", "-") }

// voteMap draws one roll call on the tile grid.
func voteMap(t *message.Catalogue, v *view.RollCallPage) (figure, error) {
	var tiles []chart.Tile
	for _, x := range v.Ballots {
		word := t.Label("ballot", ballotKey(x.Ballot))
		tiles = append(tiles, chart.Tile{
			Code: x.Code, Name: x.Name, Class: ballotClasses[x.Ballot].class, Mark: ballotClasses[x.Ballot].mark,
			Href: "/votes/actor/" + x.Key(), Title: t.T("map.tile", "name", x.Name, "stance", word),
		})
	}
	var keys []chart.Key
	for _, word := range append(slices.Clone(ballotWords), "not a member") {
		c := ballotClasses[word]
		keys = append(keys, chart.Key{Class: c.class, Mark: c.mark, Word: t.Label("ballot", ballotKey(word))})
	}
	c := v.Call.Tally
	f := figure{ID: "map", Island: "map", Skip: "map-end", Table: "#ballots", About: t.T("rollcall.map", "yes", c.Yes, "no", c.No, "abstain", c.Abstain, "absent", c.Absent)}
	opts := chart.TileOptions{
		ID: "tiles", Title: v.Call.Symbol, Desc: f.About, Legend: keys, NoLegend: true, Others: t.T("rollcall.former"), Rest: chart.NoOpportunity,
	}
	svg, err := chart.TileMap(tiles, opts)
	if err != nil {
		return f, err
	}
	f.SVG = template.HTML(svg.String()) //nolint:gosec // package chart escapes all text
	f.Legend, err = chart.Legend(tiles, opts)
	return f, err
}
