package chart

import (
	"fmt"
	"sort"
	"strconv"
)

// Tile is one actor's stance on the map.
type Tile struct {
	Code  string // ISO 3166-1 alpha-3; a code outside the grid ("EU") goes to the row of other actors
	Name  string // shown to the reader and to assistive technology
	Class string // one of the stance classes
	Mark  string // sign shown below the code; empty takes the mark of the class
	Href  string // where the tile leads; empty draws no link
	Title string // full sentence for the tooltip and the accessible name; empty takes "Name: word of the class"
}

// Key is one legend line in the reader's language. Mark empty takes the class's own.
type Key struct {
	Class string
	Mark  string
	Word  string
}

// TileOptions configure TileMap. ID, Title and Desc are required.
type TileOptions struct {
	ID     string // unique in the page; letters, digits and hyphens
	Title  string // accessible name and, stand-alone, the name of the figure
	Desc   string // what the reader sees, in one or two sentences with the counts
	Rest   string // class of states that no tile was given for; empty means not-coded
	Others string // heading above actors outside the grid, for example "Groups"
	Legend []Key  // words of the classes; nil takes the English ones of Styles
	// NoLegend leaves the legend out of the drawing; a page that shows the
	// result of Legend as HTML (larger, and usable as a filter) sets it.
	NoLegend   bool
	StandAlone bool // colours as attributes, for documents and exports
}

const (
	cell     = 40.0 // distance between tiles
	tileSize = 37.0 // their edge
	legendH  = 30.0 // height of a legend line
)

// TileMap draws the tile-grid world map. All 195 places are always drawn; states
// without a tile get opts.Rest. Errors: an unknown class, a code given twice, a
// missing id or title, an actor outside the grid without a name.
func TileMap(tiles []Tile, opts TileOptions) (SVG, error) {
	m, err := layout(tiles, opts)
	if err != nil {
		return "", err
	}
	keys := entries(m, opts)
	width := float64(m.cols) * cell
	height := float64(m.rows) * cell
	if len(m.others) > 0 {
		height += 24 + cell*float64((len(m.others)+m.cols-1)/m.cols)
	}
	perLine := 4
	if !opts.NoLegend {
		height += 16 + legendH*float64((len(keys)+perLine-1)/perLine)
	}
	var c canvas
	c.b.Grow(100_000) // about what the map takes; growing step by step costs more than drawing
	c.begin(frame{id: opts.ID, title: opts.Title, desc: opts.Desc, width: width, height: height, class: "tilemap", links: m.links, alone: opts.StandAlone})
	c.patterns(opts.ID, m.used, opts.StandAlone)
	c.open("g", "class", "tiles", "text-anchor", "middle")
	c.nl()
	for _, p := range m.placed {
		c.tile(opts, p)
	}
	y := float64(m.rows)*cell + 16
	for i, p := range m.others {
		if i == 0 && opts.Others != "" {
			c.text("text", opts.Others, "class", "tiles-heading", "x", "0", "y", num(y), "text-anchor", "start", "font-size", "14")
		}
		p.x, p.y = float64(i%m.cols)*cell, y+8+float64(i/m.cols)*cell
		c.tile(opts, p)
	}
	c.close("g")
	c.nl()
	if !opts.NoLegend {
		c.legend(opts.ID, keys, 1.5, height-legendH*float64((len(keys)+perLine-1)/perLine), width/float64(perLine), perLine, opts.StandAlone)
	}
	return c.end(), nil
}

// placed is a tile with everything known that drawing needs.
type placed struct {
	Tile
	region   string
	row, col int
	x, y     float64
}

type tileLayout struct {
	placed, others []placed
	rows, cols     int
	used           map[string]bool
	counts         map[string]int
	links          bool
}

// layout checks the input and gives each tile its place.
func layout(tiles []Tile, opts TileOptions) (*tileLayout, error) {
	if err := checkFigure("tile map", opts.ID, opts.Title); err != nil {
		return nil, err
	}
	if opts.Rest == "" {
		opts.Rest = NotCoded
	}
	for _, k := range opts.Legend {
		if _, err := StyleOf(k.Class); err != nil {
			return nil, fmt.Errorf("%w (legend)", err)
		}
	}
	byCode := make(map[string]Tile, len(tiles))
	for _, t := range tiles {
		if _, err := StyleOf(t.Class); err != nil {
			return nil, fmt.Errorf("%w (tile %q)", err, t.Code)
		}
		if _, twice := byCode[t.Code]; twice {
			return nil, fmt.Errorf("chart: tile %q is given twice; an actor has one stance per map", t.Code)
		}
		byCode[t.Code] = t
	}
	if _, err := StyleOf(opts.Rest); err != nil {
		return nil, fmt.Errorf("%w (option Rest)", err)
	}
	grid, rows, cols, err := Grid()
	if err != nil {
		return nil, err
	}
	m := &tileLayout{rows: rows, cols: cols, used: map[string]bool{}, counts: map[string]int{}}
	keys := keyed(opts.Legend)
	add := func(list *[]placed, p placed) {
		if p.Mark == "" {
			p.Mark = keys[p.Class].Mark
		}
		if p.Title == "" {
			p.Title = p.Name + ": " + keys[p.Class].Word
		}
		m.links = m.links || p.Href != ""
		m.used[p.Class] = true
		m.counts[p.Class]++
		*list = append(*list, p)
	}
	for _, g := range grid {
		t, ok := byCode[g.Code]
		if !ok {
			t = Tile{Code: g.Code, Class: opts.Rest}
		}
		if t.Name == "" {
			t.Name = g.Name
		}
		delete(byCode, g.Code)
		add(&m.placed, placed{Tile: t, region: g.Region, row: g.Row, col: g.Col, x: float64(g.Col) * cell, y: float64(g.Row) * cell})
	}
	rest := make([]Tile, 0, len(byCode))
	for _, t := range byCode {
		if t.Code == "" || t.Name == "" {
			return nil, fmt.Errorf("chart: tile %q is not a state of the grid and has no name; give it one or mend the code", t.Code)
		}
		rest = append(rest, t)
	}
	sort.Slice(rest, func(i, j int) bool { return rest[i].Code < rest[j].Code })
	for i, t := range rest {
		add(&m.others, placed{Tile: t, row: rows + 1 + i/cols, col: i % cols})
	}
	return m, nil
}

func (c *canvas) tile(opts TileOptions, p placed) {
	s := mustStyle(p.Class)
	el, role := "g", "img"
	if p.Href != "" {
		el, role = "a", ""
	}
	c.open(el, "class", "tile stance-"+s.Class, "href", p.Href, "role", role, "transform", "translate("+num(p.x+1.5)+" "+num(p.y+1.5)+")",
		"data-code", p.Code, "data-name", p.Name, "data-region", p.region, "data-stance", s.Class,
		"data-row", strconv.Itoa(p.row), "data-col", strconv.Itoa(p.col), "fill", inkIf(opts.StandAlone, s))
	c.text("title", p.Title)
	c.box(opts.ID, s, 0, 0, tileSize, tileSize, opts.StandAlone)
	c.text("text", p.Code, "aria-hidden", "true", "class", "code", "x", num(tileSize/2), "y", "16", "font-size", "13")
	c.text("text", p.Mark, "aria-hidden", "true", "class", "mark-sign", "x", num(tileSize/2), "y", "32", "font-size", "14", "font-weight", boldIf(opts.StandAlone))
	c.close(el)
	c.nl()
}

func inkIf(alone bool, s Style) string {
	if alone {
		return s.Ink
	}
	return ""
}

func boldIf(alone bool) string {
	if alone {
		return "bold"
	}
	return ""
}

// checkFigure asks for what an accessible figure cannot do without.
func checkFigure(what, id, title string) error {
	if title == "" {
		return fmt.Errorf("chart: the %s has no title; a reader who cannot see it needs one", what)
	}
	if id == "" {
		return fmt.Errorf("chart: the %s has no id; ids of its parts are made from it", what)
	}
	for i, r := range id {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || r == '-')) {
			return fmt.Errorf("chart: %s id %q: use a letter, then letters, digits and hyphens", what, id)
		}
	}
	return nil
}
