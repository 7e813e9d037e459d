package web

import (
	"entente"
	"entente/internal/view"
)

// instrumentScreen is one instrument.
type instrumentScreen struct {
	V    *view.InstrumentPage
	Form filterForm
}

func buildInstrument(s *site, r *request) (*result, error) {
	id, err := view.ResolveInstrument(s.corpus, r.path("id"))
	if err != nil {
		return nil, err
	}
	if string(id) != r.path("id") {
		return r.canonical("/instruments/" + string(id)), nil
	}
	p, err := s.views.Instrument(id, r.options)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.InstrumentPage)
	left := v.LeftOut.Instruments
	for i := range v.Statements {
		if !v.Statements[i].Counts {
			left++
		}
	}
	form := s.filterForm(r, false)
	form.ActsOnly = true
	return &result{
		view: p, screen: &instrumentScreen{V: v, Form: form}, actsOnly: true, title: s.filterTitle(r, v.Instrument.Title), settings: true, leftOut: left,
		kicker: r.t.Label("instrument-kind", v.Instrument.Kind),
	}, nil
}

// instrumentsScreen lists the instruments.
type instrumentsScreen struct {
	V     *view.InstrumentList
	Kinds []choice
}

func buildInstruments(s *site, r *request) (*result, error) {
	f := view.InstrumentFilter{Kind: entente.InstrumentKind(r.kind)}
	if len(r.options.Pillars) > 1 {
		return nil, bad("pillar", "this list takes one pillar", "give one")
	}
	for _, p := range r.options.Pillars {
		f.Pillar = p
	}
	p, err := s.views.Instruments(f)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.InstrumentList)
	screen := &instrumentsScreen{V: v}
	for _, k := range entente.InstrumentKinds {
		screen.Kinds = append(screen.Kinds, choice{string(k), r.t.Label("instrument-kind", string(k)), r.kind == string(k)})
	}
	title := r.t.T("instruments.title")
	if r.kind != "" {
		title = r.t.T("list.narrowed", "what", title, "by", r.t.Label("instrument-kind", r.kind))
	}
	if f.Pillar != "" {
		title = r.t.T("list.narrowed", "what", title, "by", r.t.Label("pillar", string(f.Pillar)))
	}
	return &result{view: p, screen: screen, title: title, lede: r.t.T("instruments.lede", "n", len(v.Instruments))}, nil
}

// sourceScreen is one source with every record that cites it.
type sourceScreen struct {
	V      *view.SourcePage
	Groups []recordGroup
}

type recordGroup struct {
	Kind string
	Rows []view.SourceRecord
}

func buildSource(s *site, r *request) (*result, error) {
	id, err := view.ResolveSource(s.corpus, r.path("id"))
	if err != nil {
		return nil, err
	}
	if string(id) != r.path("id") {
		return r.canonical("/sources/" + string(id)), nil
	}
	p, err := s.views.Source(id)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.SourcePage)
	screen := &sourceScreen{V: v}
	for _, row := range v.Records {
		if n := len(screen.Groups); n == 0 || screen.Groups[n-1].Kind != row.Kind {
			screen.Groups = append(screen.Groups, recordGroup{Kind: row.Kind})
		}
		g := &screen.Groups[len(screen.Groups)-1]
		g.Rows = append(g.Rows, row)
	}
	return &result{view: p, screen: screen, title: v.Source.Title, kicker: r.t.Label("source-kind", v.Source.Kind)}, nil
}

// sourcesScreen lists the sources.
type sourcesScreen struct {
	V     *view.SourceList
	Kinds []choice
	Lines map[entente.SourceID]sourceLine
}

func buildSources(s *site, r *request) (*result, error) {
	p, err := s.views.Sources(view.SourceFilter{Kind: entente.SourceKind(r.kind)})
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.SourceList)
	screen := &sourcesScreen{V: v, Lines: map[entente.SourceID]sourceLine{}}
	for _, line := range s.sourceLines(p.Sources) {
		screen.Lines[line.ID] = line
	}
	for _, k := range entente.SourceKinds {
		screen.Kinds = append(screen.Kinds, choice{string(k), r.t.Label("source-kind", string(k)), r.kind == string(k)})
	}
	title := r.t.T("sources.title")
	if r.kind != "" {
		title = r.t.T("list.narrowed", "what", title, "by", r.t.Label("source-kind", r.kind))
	}
	return &result{view: p, screen: screen, title: title, lede: r.t.T("sources.lede", "n", len(v.Sources)), listsSources: true}, nil
}
