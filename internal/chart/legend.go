package chart

// Entry is a legend line with the number of tiles of its class.
type Entry struct {
	Key
	Count int
}

// Legend returns the classes that occur on the map of these tiles, in the order
// of Styles, with marks, words and counts: the legend as data, for a page that
// sets it as HTML. Errors are those of TileMap.
func Legend(tiles []Tile, opts TileOptions) ([]Entry, error) {
	m, err := layout(tiles, opts)
	if err != nil {
		return nil, err
	}
	return entries(m, opts), nil
}

func entries(m *tileLayout, opts TileOptions) []Entry {
	keys := keyed(opts.Legend)
	var out []Entry
	for _, s := range styles {
		if m.used[s.Class] {
			out = append(out, Entry{keys[s.Class], m.counts[s.Class]})
		}
	}
	return out
}

// keyed maps each class to its legend line: the caller's mark and word, and
// where one is empty the class's own.
func keyed(given []Key) map[string]Key {
	k := make(map[string]Key, 10)
	for _, s := range styles {
		k[s.Class] = Key{s.Class, s.Mark, s.Word}
	}
	for _, g := range given {
		own := k[g.Class]
		if g.Mark == "" {
			g.Mark = own.Mark
		}
		if g.Word == "" {
			g.Word = own.Word
		}
		k[g.Class] = g
	}
	return k
}

// legend draws the lines in columns of the given width.
func (c *canvas) legend(id string, keys []Entry, x0, y0, colW float64, perLine int, alone bool) {
	c.open("g", "class", "legend", "aria-hidden", "true")
	for i, k := range keys {
		s := mustStyle(k.Class)
		x := x0 + float64(i%perLine)*colW
		y := y0 + float64(i/perLine)*legendH
		c.nl()
		c.open("g", "class", "key stance-"+s.Class, "transform", "translate("+num(x)+" "+num(y)+")")
		c.box(id, s, 0, 0, 22, 22, alone)
		c.text("text", k.Mark, "class", "mark-sign", "x", "11", "y", "16", "text-anchor", "middle", "font-size", "14", "font-weight", boldIf(alone), "fill", inkIf(alone, s))
		label := k.Word
		if k.Count > 0 {
			label += " (" + num(float64(k.Count)) + ")"
		}
		c.text("text", fit(label, 14, colW-34), "class", "word", "x", "30", "y", "16", "font-size", "14")
		c.close("g")
	}
	c.nl()
	c.close("g")
	c.nl()
}
