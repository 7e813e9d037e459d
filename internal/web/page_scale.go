package web

import (
	"fmt"
	"html/template"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"entente/internal/archive"
	"entente/internal/chart"
	"entente/internal/message"
	"entente/internal/view"
)

// scaleSettings are the parameters that choose what is scaled and who is shown.
var scaleSettings = []string{"session", "topic", "method", "target", "actor"}

// scaleQuery is the part of a request that chooses the method of scaling.
type scaleQuery struct{ method, target string }

// shortScale is what the page shows without a choice: its intervals are there in
// about a second, those of all sessions after some seconds.
const shortScale = "60-75"

// keptScales bounds the memory for fits; that of all sessions has about 2 MB.
const keptScales = 48 << 20

// scaleSeats are drawn when nobody chose: the permanent members of the Security
// Council.
var scaleSeats = []string{"CHN", "FRA", "GBR", "RUS", "USA"}

// scales keeps fits, one per set of options. One is made at a time: a fit takes
// all cores, and a page must not be slowed by ten of them.
type scales struct {
	fits *cache[*view.Scaling]
	one  sync.Mutex
}

func newScales() *scales {
	return &scales{fits: newCache(keptScales, (*view.Scaling).Bytes)}
}

// get gives the fit of the options, made when first asked for.
func (s *scales) get(b view.VoteBuilder, o view.ScaleOptions) (*view.Scaling, error) {
	key := fmt.Sprint(o.Filter.FromSession, o.Filter.ToSession, o.Filter.Topics, o.Method, o.Target)
	return s.fits.get(key, func() (*view.Scaling, error) {
		s.one.Lock()
		defer s.one.Unlock()
		o.Workers = runtime.GOMAXPROCS(0)
		return b.Scale(o)
	})
}

// scaleScreen is the page of ideal points.
type scaleScreen struct {
	V       *view.Scale
	Form    scaleForm
	Short   string // address of the whole record, where the page shows a part without being asked
	Figure  figure
	Groups  []view.ScaleGroup // of the table
	One     []view.ScalePoint // the table of a single session, sorted
	Missing []string          // asked for, but without a point
	First   int
	Last    int
	Other   string // address of the other target
}

type scaleForm struct {
	Session string
	Fields  []actorField
	Actors  []view.Seat
	Topics  []choice
	Methods []choice
	Targets []choice
}

func buildScale(s *site, r *request) (*result, error) {
	b, err := s.votes()
	if err != nil {
		return nil, err
	}
	session := r.votes.session
	if session == "" && len(r.votes.topics) == 0 {
		session = shortScale
	}
	from, to, isRange := strings.Cut(session, "-")
	if !isRange {
		to = from
	}
	o, err := b.ParseScale(from, to, r.votes.topics, r.scale.method, r.scale.target)
	if err != nil {
		return nil, err
	}
	var seats []int
	for _, w := range r.actors {
		seat, err := b.SeatOf(w)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(seats, seat) {
			seats = append(seats, seat)
		}
	}
	fit, err := s.scales.get(b, o)
	if err != nil {
		return nil, err
	}
	p := b.ScalePage(fit, seats)
	v := p.Data.(*view.Scale)
	screen := &scaleScreen{V: v, Form: scaleFormOf(r, b, o), First: v.Sessions[0].Session, Last: v.Sessions[len(v.Sessions)-1].Session}
	if session != r.votes.session {
		first, last := b.Archive.Sessions()
		screen.Short = address("/scale", formatHTML, with(r.canon, "session", fmt.Sprintf("%d-%d", first, min(last, v.Archive.LastSession))))
	}
	other := view.ScaleTargets[1]
	if o.Target == other {
		other = ""
	}
	screen.Other = address("/scale", formatHTML, with(r.canon, "target", other))
	for _, x := range v.Without {
		screen.Missing = append(screen.Missing, x.Name)
	}
	if err := screen.draw(r.t, b, fit); err != nil {
		return nil, err
	}
	links := []string{"actorpicker"}
	if screen.Figure.Island != "" {
		links = append(links, screen.Figure.Island)
	}
	return &result{
		view: p, screen: screen, title: voteTitle(r.t, r.t.T("scale.title"), v.Filter), kicker: r.t.T("votes.kicker"), links: links,
		lede: r.t.T("scale.lede", "n", v.Data.States, "votes", v.Data.Votes, "calls", v.Data.RollCalls),
	}, nil
}

// draw makes the figure and its table: one session as a sorted dot plot, several
// as lines over time.
func (c *scaleScreen) draw(t *message.Catalogue, b view.VoteBuilder, fit *view.Scaling) (err error) {
	v := c.V
	c.Figure = figure{ID: "scale", Table: "#table"}
	o := chart.ScatterOptions{ID: "scale-plot", TimeWord: t.T("word.session"), ValueWord: t.T("scale.axis"), SpreadWord: t.T("scale.spread")}
	var svg chart.SVG
	if len(v.Sessions) == 1 {
		c.One = slices.Clone(v.Points)
		slices.SortStableFunc(c.One, func(x, y view.ScalePoint) int {
			switch {
			case x.X < y.X:
				return -1
			case x.X > y.X:
				return 1
			}
			return strings.Compare(x.Name, y.Name)
		})
		var rows []chart.DotRow
		for _, x := range c.One {
			key := view.Seat{Code: x.ISO3, Actor: x.Actor}.Key()
			rows = append(rows, chart.DotRow{Label: x.Name, Href: "/votes/actor/" + key, Dot: dotOf(t, x)})
		}
		if len(rows) == 0 {
			return nil
		}
		o.Title, o.Desc = t.T("scale.one", "session", c.First), t.T("scale.one.about", "n", len(rows))
		svg, err = chart.DotPlot(rows, o)
	} else {
		shown := v
		if len(v.Shown) == 0 {
			var seats []int
			for _, code := range scaleSeats {
				if i := b.Archive.Seat(code); i >= 0 {
					seats = append(seats, i)
				}
			}
			shown = b.ScalePage(fit, seats).Data.(*view.Scale)
		}
		c.Groups = shown.Groups()
		for i := range c.Groups {
			if g := &c.Groups[i]; g.Twice {
				first, last := g.Span()
				g.Name = t.T("scale.twice", "name", g.Name, "first", first, "last", last)
			}
		}
		var tracks []chart.Track
		for _, g := range c.Groups[:min(len(c.Groups), chart.MaxTracks)] {
			track := chart.Track{Label: g.Name}
			for _, x := range g.Points {
				track.Dots = append(track.Dots, dotOf(t, x))
			}
			tracks = append(tracks, track)
		}
		if len(tracks) == 0 {
			return nil
		}
		for _, x := range v.Sessions {
			o.Spread = append(o.Spread, chart.Spread{At: x.Session, Low: x.Low, Mid: x.Median, High: x.High})
		}
		o.Title, o.Desc = t.T("scale.time", "first", c.First, "last", c.Last), t.T("scale.time.about")
		c.Figure.Island = "scale"
		svg, err = chart.Scatter(tracks, o)
	}
	c.Figure.Title, c.Figure.About = o.Title, o.Desc
	c.Figure.SVG = template.HTML(svg.String()) //nolint:gosec // package chart escapes all text
	return err
}

func dotOf(t *message.Catalogue, x view.ScalePoint) chart.Dot {
	return chart.Dot{
		At: x.Session, Value: x.X, Lo: x.Lo, Hi: x.Hi, Hollow: len(x.Flags) > 0,
		Title: t.T("scale.point", "name", x.Name, "session", x.Session, "x", hundredths(x.X), "lo", hundredths(x.Lo), "hi", hundredths(x.Hi), "n", x.Votes),
	}
}

// hundredths writes a number with two decimals and a true minus sign.
func hundredths(x float64) string {
	s := strconv.FormatFloat(x, 'f', 2, 64)
	if s == "-0.00" {
		return "0.00"
	}
	return strings.Replace(s, "-", "−", 1)
}

func scaleFormOf(r *request, b view.VoteBuilder, o view.ScaleOptions) scaleForm {
	f := scaleForm{Session: r.votes.session}
	for _, x := range archive.TopicList {
		f.Topics = append(f.Topics, choice{x.Word, r.t.Label("topic", x.Word), slices.Contains(r.votes.topics, x.Word)})
	}
	for _, w := range view.ScaleMethods {
		f.Methods = append(f.Methods, choice{w, r.t.Label("scale-method", w), w == o.Method})
	}
	for _, w := range view.ScaleTargets {
		f.Targets = append(f.Targets, choice{w, r.t.Label("scale-target", w), w == o.Target})
	}
	for i := range min(max(len(r.actors)+1, 4), max(len(r.actors), chart.MaxTracks)) {
		value := ""
		if i < len(r.actors) {
			value = r.actors[i]
			if seat, err := b.SeatOf(value); err == nil {
				value = b.SeatName(seat)
			}
		}
		f.Fields = append(f.Fields, actorField{fmt.Sprintf("actor-%d", i+1), r.t.T("scale.form.actor", "n", i+1), value})
	}
	f.Actors = b.SeatList()
	return f
}
