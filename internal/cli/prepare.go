package cli

import (
	"entente/analysis/compare"
	"entente/internal/view"
)

// prepare is how most commands begin: check the form of the output, read the
// flags that choose, open the corpus.
func prepare(app *App, g *global, c *choice, out *output) (view.Builder, compare.Options, error) {
	var o compare.Options
	if err := out.settle(); err != nil {
		return view.Builder{}, o, err
	}
	o, err := c.options()
	if err != nil {
		return view.Builder{}, o, err
	}
	b, err := g.open()
	if err != nil {
		return b, o, err
	}
	noteDate(app, b, o.AsOf)
	return b, o, nil
}
