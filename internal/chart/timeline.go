package chart

import (
	"fmt"
	"sort"
)

// Mark is one dated act on a row of the timeline.
type Mark struct {
	From   string // partial ISO date: 2014, 2014-05 or 2014-05-29
	To     string // partial ISO date for something that lasted; empty for an act
	Class  string // one of the stance classes
	Letter string // sign in the mark; empty takes the sign of the class
	Title  string // full sentence for the tooltip and the accessible name
	Href   string // where the mark leads; empty draws no link
}

// Row is one line of the timeline, usually an actor.
type Row struct {
	Label string
	Href  string // where the label leads; empty draws no link
	Marks []Mark
}

// TimelineOptions configure Timeline. ID, Title and Desc are required.
type TimelineOptions struct {
	ID, Title, Desc string
	From, To        string // ends of the axis (partial ISO dates); empty: the whole years that hold all marks
	AsOf            string // draws an upright line at this day; empty draws none
	AsOfLabel       string // text at that line, for example "as of 2021-02-19"
	Legend          []Key  // words of the classes; nil takes the English ones
	NoLegend        bool
	StandAlone      bool
}

const (
	timelineW = 960.0
	labelW    = 176.0 // column of row labels
	axisH     = 44.0  // space above the first row
	markSize  = 24.0  // edge of a mark: the smallest comfortable target
	laneH     = 28.0  // distance between lanes
	rowPad    = 7.0   // above and below the lanes of a row
	plotX     = labelW + markSize/2
	plotW     = timelineW - plotX - 28 // 28: half of the last label, "2021-02"
	maxTicks  = 11                     // labels of the axis, about 64 apart
)

// Timeline draws dated marks on one horizontal axis, one row per actor. Marks
// that would overlap move to another lane of their row and keep their exact
// date. A partial date is drawn as a bar over all days it can mean, with the
// mark at its middle; a period is a solid bar with the mark at its start.
// Errors: an unknown class, a date that cannot be read, To before From, an
// axis that does not hold a mark, no rows.
func Timeline(rows []Row, opts TimelineOptions) (SVG, error) {
	t, err := layoutTimeline(rows, opts)
	if err != nil {
		return "", err
	}
	legend := t.legend(opts)
	perLine := 3
	height := t.height + 6
	if len(legend) > 0 {
		height += 14 + legendH*float64((len(legend)+perLine-1)/perLine)
	}
	var c canvas
	c.begin(frame{
		id: opts.ID, title: opts.Title, desc: opts.Desc, width: timelineW, height: height, class: "timeline", links: t.links, alone: opts.StandAlone,
		data: []string{"data-from", t.from.String(), "data-to", t.to.String(), "data-x", num(plotX), "data-width", num(plotW), "data-top", num(axisH)},
	})
	c.patterns(opts.ID, t.used, opts.StandAlone)
	c.axis(t, opts)
	for _, r := range t.rows {
		c.timelineRow(t, r, opts)
	}
	if len(legend) > 0 {
		c.legend(opts.ID, legend, 1, t.height+20, timelineW/float64(perLine), perLine, opts.StandAlone)
	}
	return c.end(), nil
}

// spot is a mark with its place: extent in days and on the page, and its lane.
type spot struct {
	Mark
	style    Style
	days     span // what the bar covers
	lasting  bool // a period rather than an uncertain date
	x        float64
	x1, x2   float64 // ends of the bar; equal when there is none
	lane     int
	position day // day under the mark's middle
}

type timelineRow struct {
	Row
	spots  []spot
	lanes  int
	y      float64
	height float64
}

type timelineLayout struct {
	rows     []timelineRow
	from, to day
	asOf     *day
	height   float64
	used     map[string]bool
	links    bool
}

func (t *timelineLayout) x(d day) float64 {
	share := float64(d-t.from) / float64(t.to-t.from)
	return plotX + float64(plotW*share)
}

func layoutTimeline(rows []Row, opts TimelineOptions) (*timelineLayout, error) {
	if err := checkFigure("timeline", opts.ID, opts.Title); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("chart: the timeline has no rows; leave the figure out instead")
	}
	t := &timelineLayout{used: map[string]bool{}}
	keys := keyed(opts.Legend)
	for _, r := range rows {
		row := timelineRow{Row: r}
		t.links = t.links || r.Href != ""
		for i, m := range r.Marks {
			s, err := newSpot(m, keys)
			if err != nil {
				return nil, fmt.Errorf("%w (row %q, mark %d)", err, r.Label, i+1)
			}
			t.used[m.Class] = true
			t.links = t.links || m.Href != ""
			row.spots = append(row.spots, s)
		}
		t.rows = append(t.rows, row)
	}
	if err := t.scale(opts); err != nil {
		return nil, err
	}
	y := axisH
	for i := range t.rows {
		r := &t.rows[i]
		t.place(r)
		r.y, r.height = y, 2*rowPad+laneH*float64(r.lanes)
		y += r.height
	}
	t.height = y
	return t, nil
}

func newSpot(m Mark, keys map[string]Key) (spot, error) {
	style, err := StyleOf(m.Class)
	if err != nil {
		return spot{}, err
	}
	s := spot{Mark: m, style: style}
	if s.Letter == "" {
		s.Letter = keys[m.Class].Mark
	}
	if s.Title == "" {
		s.Title = m.From + ": " + keys[m.Class].Word
	}
	if s.days, err = parseDate(m.From); err != nil {
		return spot{}, err
	}
	s.position = s.days.first + (s.days.last-s.days.first)/2
	if m.To != "" {
		end, err := parseDate(m.To)
		if err != nil {
			return spot{}, err
		}
		if end.last < s.days.first {
			return spot{}, fmt.Errorf("chart: the period ends (%s) before it starts (%s)", m.To, m.From)
		}
		s.lasting, s.position, s.days.last = true, s.days.first, end.last
	}
	return s, nil
}

// scale fixes the ends of the axis and checks that it holds every mark.
func (t *timelineLayout) scale(opts TimelineOptions) error {
	var all []span
	for _, r := range t.rows {
		for _, s := range r.spots {
			all = append(all, s.days)
		}
	}
	if opts.AsOf != "" {
		s, err := parseDate(opts.AsOf)
		if err != nil {
			return fmt.Errorf("%w (option AsOf)", err)
		}
		t.asOf = &s.last
		all = append(all, span{s.last, s.last})
	}
	if len(all) == 0 && (opts.From == "" || opts.To == "") {
		return fmt.Errorf("chart: the timeline has no mark and no given ends; leave the figure out instead")
	}
	if len(all) > 0 {
		first, last := all[0].first, all[0].last
		for _, s := range all {
			first, last = min(first, s.first), max(last, s.last)
		}
		// Whole years, so that the axis starts and ends on a label.
		a, _ := parseDate(first.time().Format("2006"))
		b, _ := parseDate(last.time().Format("2006"))
		t.from, t.to = a.first, b.last+1
	}
	for _, end := range []struct {
		given string
		set   func(span)
	}{{opts.From, func(s span) { t.from = s.first }}, {opts.To, func(s span) { t.to = s.last }}} {
		if end.given == "" {
			continue
		}
		s, err := parseDate(end.given)
		if err != nil {
			return fmt.Errorf("%w (ends of the axis)", err)
		}
		end.set(s)
	}
	if t.to <= t.from {
		return fmt.Errorf("chart: the axis ends (%s) before it starts (%s)", t.to, t.from)
	}
	for _, s := range all {
		if s.first < t.from || s.last > t.to {
			return fmt.Errorf("chart: the axis from %s to %s does not hold %s; widen it or leave the mark out", t.from, t.to, s.first)
		}
	}
	return nil
}

// place gives each mark of a row its x and the lowest lane where it overlaps nothing.
func (t *timelineLayout) place(r *timelineRow) {
	sort.SliceStable(r.spots, func(i, j int) bool { return r.spots[i].position < r.spots[j].position })
	var ends []float64 // right end of what each lane holds
	for i := range r.spots {
		s := &r.spots[i]
		s.x = t.x(s.position)
		s.x1, s.x2 = s.x, s.x
		if !s.days.exact() {
			s.x1, s.x2 = t.x(s.days.first), t.x(s.days.last)
		}
		left, right := min(s.x-markSize/2, s.x1), max(s.x+markSize/2, s.x2)
		s.lane = len(ends)
		for l, e := range ends {
			if left >= e+2 {
				s.lane = l
				break
			}
		}
		if s.lane == len(ends) {
			ends = append(ends, 0)
		}
		ends[s.lane] = right
	}
	r.lanes = max(1, len(ends))
}

func (t *timelineLayout) legend(opts TimelineOptions) []Entry {
	if opts.NoLegend {
		return nil
	}
	keys := keyed(opts.Legend)
	var out []Entry
	for _, s := range styles {
		if t.used[s.Class] {
			out = append(out, Entry{Key: keys[s.Class]})
		}
	}
	return out
}
