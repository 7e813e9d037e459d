package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var mapOpts = TileOptions{ID: "m", Title: "Who affirms it", Desc: "Synthetic example."}

func TestGridHoldsEveryStateOnce(t *testing.T) {
	places, rows, cols, err := Grid()
	if err != nil {
		t.Fatal(err)
	}
	if len(places) != 195 { // 193 members of the United Nations, the Holy See and the State of Palestine
		t.Errorf("got %d places, want 195", len(places))
	}
	seen, where := map[string]bool{}, map[[2]int]string{}
	for _, p := range places {
		if seen[p.Code] {
			t.Errorf("%s has two places", p.Code)
		}
		seen[p.Code] = true
		at := [2]int{p.Row, p.Col}
		if other, taken := where[at]; taken {
			t.Errorf("%s and %s share row %d, column %d", other, p.Code, p.Row, p.Col)
		}
		where[at] = p.Code
		if p.Row >= rows || p.Col >= cols || p.Name == "" || p.Region == "" {
			t.Errorf("incomplete place %+v", p)
		}
	}
	if rows > 20 || cols > 30 {
		t.Errorf("grid of %d by %d; tiles become too small beyond 20 by 30", rows, cols)
	}
}

// Whoever moves tiles should keep what a reader looks for: who lies north or west of whom.
func TestGridReadsAsAWorldMap(t *testing.T) {
	places, _, _, err := Grid()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]Place{}
	for _, p := range places {
		at[p.Code] = p
	}
	north := []string{"EST LVA", "LVA LTU", "CAN USA", "USA MEX", "PRK KOR", "COL ECU", "BRA ARG", "EGY SDN", "NAM ZAF", "MNG CHN", "FIN EST", "AUS NZL", "CHN VNM", "KEN TZA", "FRA ESP"}
	west := []string{"PRT ESP", "CHL ARG", "IRL GBR", "DEU POL", "IRN AFG", "IND MMR", "KOR JPN", "DZA TUN", "SEN ETH", "USA FRA", "TUR IRN", "PER BRA", "AUS FJI", "NOR FIN"}
	for _, pair := range north {
		if a, b := at[pair[:3]], at[pair[4:]]; a.Row >= b.Row {
			t.Errorf("%s should lie north of %s", a.Code, b.Code)
		}
	}
	for _, pair := range west {
		if a, b := at[pair[:3]], at[pair[4:]]; a.Col >= b.Col {
			t.Errorf("%s should lie west of %s", a.Code, b.Code)
		}
	}
}

// Relative luminance and contrast as in WCAG 2.2 (definitions "relative luminance", "contrast ratio").
func contrast(t *testing.T, a, b string) float64 {
	lum := func(hex string) float64 {
		v, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		ch := func(shift uint) float64 {
			x := float64(v>>shift&255) / 255
			if x <= 0.04045 {
				return x / 12.92
			}
			return math.Pow((x+0.055)/1.055, 2.4)
		}
		return 0.2126*ch(16) + 0.7152*ch(8) + 0.0722*ch(0)
	}
	l, m := lum(a), lum(b)
	return (max(l, m) + 0.05) / (min(l, m) + 0.05)
}

func TestStylesAreReadable(t *testing.T) {
	textures, marks := map[string]string{}, map[string]string{}
	for _, s := range Styles() {
		for _, ground := range []string{s.Fill, s.Line} {
			if c := contrast(t, s.Ink, ground); c < 4.5 {
				t.Errorf("%s: ink on %s has contrast %.2f, want 4.5", s.Class, ground, c)
			}
		}
		if c := contrast(t, s.Edge, "#ffffff"); s.Texture == Plain && !s.Dashed && c < 3 {
			t.Errorf("%s: edge on paper has contrast %.2f, want 3", s.Class, c)
		}
		key := fmt.Sprint(s.Texture, s.Dashed)
		if other, ok := textures[key]; ok {
			t.Errorf("%s and %s look the same in greyscale", other, s.Class)
		}
		textures[key] = s.Class
		if other, ok := marks[s.Mark]; ok {
			t.Errorf("%s and %s share the mark %q", other, s.Class, s.Mark)
		}
		marks[s.Mark] = s.Class
	}
}

func TestTileMapDrawsEveryStateWithoutOverlap(t *testing.T) {
	var classes []string
	for _, s := range Styles() {
		classes = append(classes, s.Class)
	}
	places, _, _, err := Grid()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, len(places)).Draw(rt, "n")
		var tiles []Tile
		for i := range n {
			tiles = append(tiles, Tile{Code: places[i].Code, Name: places[i].Name, Class: classes[rapid.IntRange(0, 9).Draw(rt, "class")], Href: "/actors/" + places[i].Code})
		}
		for i := range rapid.IntRange(0, 40).Draw(rt, "others") {
			tiles = append(tiles, Tile{Code: fmt.Sprintf("G%d", i), Name: "Group", Class: Affirms, Href: "/g"})
		}
		svg, err := TileMap(tiles, mapOpts)
		if err != nil {
			t.Fatal(err)
		}
		root := parse(t, svg)
		seen := map[string]bool{}
		var boxes [][2]float64
		for _, n := range root.all("tile") {
			seen[n.Attr["data-code"]] = true
			boxes = append(boxes, translate(t, n))
			if n.child("title").Text == "" {
				t.Errorf("tile %s has no accessible name", n.Attr["data-code"])
			}
		}
		for _, p := range places {
			if !seen[p.Code] {
				t.Errorf("%s is missing", p.Code)
			}
		}
		for i, a := range boxes {
			for _, b := range boxes[:i] {
				if math.Abs(a[0]-b[0]) < tileSize && math.Abs(a[1]-b[1]) < tileSize {
					t.Fatalf("tiles at %v and %v overlap", a, b)
				}
			}
		}
	})
}

func translate(t testing.TB, n *node) [2]float64 {
	t.Helper()
	var x, y float64
	if _, err := fmt.Sscanf(n.Attr["transform"], "translate(%g %g)", &x, &y); err != nil {
		t.Fatalf("transform %q: %v", n.Attr["transform"], err)
	}
	return [2]float64{x, y}
}

func TestTileMapIsDeterministicAndPlain(t *testing.T) {
	tiles := []Tile{
		{Code: "EST", Name: "Estonia", Class: Affirms, Href: "/actors/est"},
		{Code: "JPN", Name: "Japan", Class: Reserved, Href: "/actors/jpn"},
		{Code: "EU", Name: "European Union", Class: AffirmsWithConditions, Href: "/actors/eu"},
		{Code: "AU", Name: "African Union", Class: NotAddressed, Href: "/actors/au"},
	}
	a, err := TileMap(tiles, mapOpts)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(tiles)
	b, err := TileMap(tiles, mapOpts)
	if err != nil {
		t.Fatal(err)
	}
	if a != b {
		t.Error("the order of the tiles changes the figure")
	}
	plain(t, a)
	if len(a) > 100_000 {
		t.Errorf("the map has %d bytes; want under 100 kB before compression", len(a))
	}
}

func TestTileMapRoles(t *testing.T) {
	linked, err := TileMap([]Tile{{Code: "EST", Class: Affirms, Href: "/x", Title: "Estonia affirms it (2019)"}}, mapOpts)
	if err != nil {
		t.Fatal(err)
	}
	root := parse(t, linked)
	if got := root.Attr["role"]; got != "graphics-document" {
		t.Errorf("role with links = %q", got)
	}
	for _, n := range root.all("tile") {
		if n.Attr["data-code"] == "EST" && (n.Name != "a" || n.child("title").Text != "Estonia affirms it (2019)") {
			t.Errorf("tile of Estonia: %+v", n)
		}
	}
	still, err := TileMap(nil, mapOpts)
	if err != nil {
		t.Fatal(err)
	}
	if got := parse(t, still).Attr["role"]; got != "img" {
		t.Errorf("role without links = %q", got)
	}
}

func TestTileMapEscapesHostileText(t *testing.T) {
	bad := "\"><script>alert(1)</script>\x00\xff&"
	opts := mapOpts
	opts.Title, opts.Desc, opts.Others = bad, bad, bad
	opts.Legend = []Key{{Affirms, "<b>", bad}}
	svg, err := TileMap([]Tile{{Code: bad, Name: bad, Class: Affirms, Mark: bad, Href: bad, Title: bad}}, opts)
	if err != nil {
		t.Fatal(err)
	}
	plain(t, svg)
	parse(t, svg)
}

func TestTileMapRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		tiles []Tile
		opts  TileOptions
		want  string
	}{
		{"an unknown class", []Tile{{Code: "EST", Class: "likes"}}, mapOpts, `unknown stance class "likes"`},
		{"a state given twice", []Tile{{Code: "EST", Class: Affirms}, {Code: "EST", Class: Rejects}}, mapOpts, "given twice"},
		{"an unknown code without a name", []Tile{{Code: "XXX", Class: Affirms}}, mapOpts, "not a state of the grid"},
		{"an unknown rest", nil, TileOptions{ID: "m", Title: "t", Rest: "x"}, "option Rest"},
		{"an unknown class in the legend", nil, TileOptions{ID: "m", Title: "t", Legend: []Key{{Class: "x"}}}, "(legend)"},
		{"no title", nil, TileOptions{ID: "m"}, "no title"},
		{"no id", nil, TileOptions{Title: "t"}, "no id"},
		{"an id that cannot be an id", nil, TileOptions{ID: "a b", Title: "t"}, "letters, digits and hyphens"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := TileMap(c.tiles, c.opts)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestLegendCountsTiles(t *testing.T) {
	got, err := Legend([]Tile{{Code: "EST", Class: Affirms}, {Code: "JPN", Class: Affirms}}, TileOptions{ID: "m", Title: "t", Legend: []Key{{Affirms, "J", "jaatab"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := []Entry{{Key{Affirms, "J", "jaatab"}, 2}, {Key{NotCoded, "?", "not yet coded"}, 193}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTileMapStandAloneCarriesItsColours(t *testing.T) {
	opts := mapOpts
	opts.StandAlone = true
	svg, err := TileMap([]Tile{{Code: "EST", Class: Affirms}}, opts)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(svg), `fill="#174a7c"`) || !strings.Contains(string(svg), "font-family") {
		t.Error("stand-alone figure lacks colours or font")
	}
	plain(t, svg)
}
