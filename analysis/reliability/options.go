package reliability

import (
	"fmt"
	"slices"

	"entente"
)

// Level says what the values are.
type Level string

// The levels of measurement.
const (
	// Nominal values are words without order: two are the same or they are not.
	Nominal Level = "nominal"
	// Ordinal values are words on a scale: neighbours differ less than the ends.
	Ordinal Level = "ordinal"
)

// Options choose what is measured. Nothing is assumed: a field that is out of
// its range is an error, never a default.
type Options struct {
	Level Level
	// Order lists the words of an ordinal scale from the one end to the other
	// (2 to 100 words); empty for nominal values. Which end comes first changes
	// nothing. A rating whose word is not in it is an error.
	Order []string
	// Draws is the number of bootstrap samples: 0 for no intervals at all, or 100
	// to 10,000.
	Draws int
	// Seed fixes the samples: the same ratings and seed give the same interval
	// everywhere. Not used without draws.
	Seed uint64
	// Confidence is the level of the interval, 0.5 to 0.999, for example 0.95.
	// Not used without draws.
	Confidence float64
}

// Thin is the number of pairable units below which the faces call a figure
// thin. docs/methods/reliability.md has the simulation behind it.
const Thin = 10

// Seed and Draws are those with which every face draws.
const (
	Seed  = 20210219
	Draws = 1000
)

// Stances are the options for codings of a stance: ordinal, from rejects to
// affirms, with 95 per cent intervals.
func Stances() Options {
	var order []string
	for _, s := range slices.Backward(entente.Stances) {
		order = append(order, string(s))
	}
	return Options{Level: Ordinal, Order: order, Draws: Draws, Seed: Seed, Confidence: 0.95}
}

// Words are the options for words without order, with 95 per cent intervals.
func Words() Options {
	return Options{Level: Nominal, Draws: Draws, Seed: Seed, Confidence: 0.95}
}

const maxOrder = 100

func (o Options) check() error {
	switch o.Level {
	case Nominal:
		if len(o.Order) > 0 {
			return bad("order", "take the level ordinal, or leave the order out", "nominal values have no order")
		}
	case Ordinal:
		if len(o.Order) < 2 || len(o.Order) > maxOrder {
			return bad("order", fmt.Sprintf("list 2 to %d words from one end to the other", maxOrder), "a scale of %d words", len(o.Order))
		}
		seen := map[string]bool{}
		for _, v := range o.Order {
			if v == "" || seen[v] {
				return bad("order", "list each word of the scale once", "the word %q is empty or there twice", v)
			}
			seen[v] = true
		}
	default:
		return bad("level", "write nominal or ordinal", "unknown level %q", o.Level)
	}
	if o.Draws == 0 {
		return nil
	}
	if o.Draws < 100 || o.Draws > 10_000 {
		return bad("draws", "write 0 for no interval, or 100 to 10000", "%d draws", o.Draws)
	}
	if !(o.Confidence >= 0.5 && o.Confidence <= 0.999) {
		return bad("confidence", "write a share from 0.5 to 0.999, for example 0.95", "an interval of level %v", o.Confidence)
	}
	return nil
}
