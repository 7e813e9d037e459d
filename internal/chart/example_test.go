package chart_test

import (
	"fmt"
	"strings"

	"entente/internal/chart"
)

// A map of two synthetic stances; the other 193 states are drawn as not yet coded.
func ExampleTileMap() {
	opts := chart.TileOptions{ID: "map", Title: "Who affirms it", Desc: "Synthetic: one state affirms, one is reserved."}
	svg, err := chart.TileMap([]chart.Tile{
		{Code: "EST", Name: "Estonia", Class: chart.Affirms, Href: "/actors/est"},
		{Code: "JPN", Name: "Japan", Class: chart.Reserved, Href: "/actors/jpn"},
	}, opts)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Count(string(svg), `class="tile `), "tiles")
	// Output: 195 tiles
}

func ExampleTimeline() {
	_, err := chart.Timeline([]chart.Row{
		{Label: "State A", Marks: []chart.Mark{{From: "2019-05-29", Class: chart.Reserved}, {From: "2021-13", Class: chart.Affirms}}},
	}, chart.TimelineOptions{ID: "line", Title: "Statements", Desc: "Synthetic."})
	fmt.Println(err)
	// Output: chart: "2021-13" is not a date; write 2014, 2014-05 or 2014-05-29 (row "State A", mark 2)
}
