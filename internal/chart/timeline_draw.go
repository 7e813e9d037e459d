package chart

import "strings"

// axis draws the ticks, the lines they drop through the rows, and the as-of line.
func (c *canvas) axis(t *timelineLayout, opts TimelineOptions) {
	line := func(class string, x1, y1, x2, y2 float64, colour, dash string) {
		a := []string{"class", class, "x1", num(x1), "y1", num(y1), "x2", num(x2), "y2", num(y2)}
		if opts.StandAlone {
			a = append(a, "stroke", colour, "stroke-dasharray", dash)
		}
		c.empty("line", a...)
	}
	c.open("g", "class", "axis", "aria-hidden", "true", "text-anchor", "middle")
	c.nl()
	for _, k := range ticks(t.from, t.to, maxTicks) {
		x := t.x(k.at)
		c.open("g", "class", "tick", "data-day", k.at.String(), "transform", "translate("+num(x)+" 0)")
		line("grid", 0, axisH-8, 0, t.height, "#d5d8dc", "")
		c.text("text", k.label, "x", "0", "y", num(axisH-14), "font-size", "13")
		c.close("g")
		c.nl()
	}
	line("base", plotX, axisH-8, plotX+plotW, axisH-8, "#33373c", "")
	c.close("g")
	c.nl()
	if t.asOf == nil {
		return
	}
	x := t.x(*t.asOf)
	anchor := "middle" // turned inwards near an end, so that the text stays inside
	if half := textWidth(opts.AsOfLabel, 13) / 2; x+half > timelineW {
		anchor = "end"
	} else if x-half < 0 {
		anchor = "start"
	}
	c.open("g", "class", "as-of", "data-day", t.asOf.String(), "transform", "translate("+num(x)+" 0)")
	line("as-of-line", 0, axisH-8, 0, t.height, "#174a7c", "4 3")
	c.text("text", opts.AsOfLabel, "x", "0", "y", "12", "font-size", "13", "text-anchor", anchor)
	c.close("g")
	c.nl()
}

func (c *canvas) timelineRow(t *timelineLayout, r timelineRow, opts TimelineOptions) {
	c.open("g", "class", "timeline-row", "data-label", r.Label, "data-height", num(r.height), "transform", "translate(0 "+num(r.y)+")")
	rule := []string{"class", "rule", "x1", "0", "y1", "0", "x2", num(timelineW), "y2", "0"}
	if opts.StandAlone {
		rule = append(rule, "stroke", "#d5d8dc")
	}
	c.empty("line", rule...)
	if r.Href != "" {
		c.open("a", "class", "row-link", "href", r.Href)
	}
	label := lines(r.Label, 13.5, labelW-10)
	y := rowPad + 18.0
	if len(label) == 2 {
		y = rowPad + 11
	}
	c.open("text", "class", "row-label", "x", "0", "y", num(y), "font-size", "13.5")
	if strings.Join(label, " ") != r.Label {
		c.text("title", r.Label)
	}
	for i, l := range label {
		dy := ""
		if i > 0 {
			dy = "16"
		}
		c.text("tspan", l, "x", "0", "dy", dy)
	}
	c.close("text")
	if r.Href != "" {
		c.close("a")
	}
	c.nl()
	for _, s := range r.spots {
		c.spot(s, opts)
	}
	c.close("g")
	c.nl()
}

func (c *canvas) spot(s spot, opts TimelineOptions) {
	el := "g"
	if s.Href != "" {
		el = "a"
	}
	y := rowPad + laneH*float64(s.lane) + (laneH-markSize)/2
	role := ""
	if el == "g" {
		role = "img"
	}
	c.open(el, "class", "mark stance-"+s.Class, "href", s.Href, "role", role,
		"data-day", s.position.String(), "data-first", s.days.first.String(), "data-last", s.days.last.String(), "data-stance", s.Class,
		"transform", "translate("+num(s.x)+" "+num(y)+")", "fill", inkIf(opts.StandAlone, s.style))
	c.text("title", s.Title)
	if s.x2 > s.x1 {
		kind, h := "bar uncertain", 6.0
		if s.lasting {
			kind, h = "bar lasting", 10.0
		}
		a := []string{"class", kind, "x", num(s.x1 - s.x), "y", num((markSize - h) / 2), "width", num(s.x2 - s.x1), "height", num(h)}
		if opts.StandAlone {
			a = append(a, "fill", "#ffffff", "stroke", s.style.Edge)
			if !s.lasting {
				a = append(a, "stroke-dasharray", "3 2")
			}
		}
		c.empty("rect", a...)
	}
	// A group of its own keeps the pattern's origin at the mark's corner.
	c.open("g", "transform", "translate("+num(-markSize/2)+" 0)")
	c.box(opts.ID, s.style, 0, 0, markSize, markSize, opts.StandAlone)
	c.close("g")
	c.text("text", s.Letter, "aria-hidden", "true", "class", "mark-sign", "x", "0", "y", "17", "text-anchor", "middle", "font-size", "14", "font-weight", boldIf(opts.StandAlone))
	c.close(el)
	c.nl()
}
