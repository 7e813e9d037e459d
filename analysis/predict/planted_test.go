package predict_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"entente"
	"entente/analysis/predict"
)

// planted is a synthetic corpus with known probabilities: nothing in it is real.
type planted struct {
	corpus *entente.Corpus
	ideal  map[entente.ActorID]float64
	truth  map[predict.Cell][3]float64 // reject, reserve, affirm
	cells  []predict.Cell
}

// plant draws answers from the model's own family: states on a line and in two
// blocs that lean apart on one of two lines of resolutions, five votes a line,
// and propositions of four issues.
func plant(seed uint64, states, propositions int, said float64) planted {
	r := rand.New(rand.NewPCG(seed, 7))
	p := planted{ideal: map[entente.ActorID]float64{}, truth: map[predict.Cell][3]float64{}}
	rec := entente.Records{
		Sources: []entente.Source{{ID: "src", Kind: entente.Dataset, Date: entente.Day(2000, 1, 1)}},
		Actors:  []entente.Actor{{ID: "north", Kind: entente.Bloc, Name: "North"}, {ID: "south", Kind: entente.Bloc, Name: "South"}},
	}
	x, bloc := map[entente.ActorID]float64{}, map[entente.ActorID]int{}
	for i := range states {
		id := entente.ActorID(fmt.Sprintf("s%03d", i))
		rec.Actors = append(rec.Actors, entente.Actor{ID: id, Kind: entente.State, Name: string(id), UNStatus: "member"})
		p.ideal[id] = r.NormFloat64()
		x[id] = 0.9*p.ideal[id] + 0.5*r.NormFloat64()
		bloc[id] = i % 3 // the third is in no bloc
		if b := []entente.ActorID{"north", "south", ""}[i%3]; b != "" {
			rec.Memberships = append(rec.Memberships, entente.Membership{
				Actor: id, Body: b, Role: "member", Span: entente.Span{From: entente.Day(1990, 1, 1)}, Source: "src", Checked: true,
			})
		}
	}
	phi := func(v float64) float64 { return 0.5 * math.Erfc(-v/math.Sqrt2) }
	choose := func(cum ...float64) int {
		u := r.Float64()
		for k, c := range cum {
			if u < c {
				return k
			}
		}
		return len(cum)
	}
	for l, title := range []string{"Wholesome apples", "Crooked timber"} {
		b, a := 0.6, 1.2-2*float64(l)
		lean := map[entente.ActorID]float64{}
		for id := range x {
			lean[id] = 0 // filled below in order
		}
		for i := range rec.Actors {
			id := rec.Actors[i].ID
			if rec.Actors[i].Kind == entente.State {
				lean[id] = 0.6*r.NormFloat64() + []float64{0.7, -0.7, 0}[bloc[id]]*float64(l)
			}
		}
		for y := range 5 {
			in := entente.InstrumentID(fmt.Sprintf("res-%d-%d", l, y))
			day := entente.Day(2015+y, 12, 1)
			rc := "rc-" + string(in)
			rec.Instruments = append(rec.Instruments, entente.Instrument{ID: in, Title: title, Kind: entente.Resolution, Date: day, Source: "src", Checked: true})
			rec.RollCalls = append(rec.RollCalls, entente.RollCall{ID: rc, Instrument: in, Date: day, Complete: true, Source: "src"})
			for i := range rec.Actors {
				id := rec.Actors[i].ID
				if rec.Actors[i].Kind != entente.State {
					continue
				}
				e := b + a*x[id] + lean[id]
				cell := predict.Cell{Actor: id, Item: predict.ItemID(in)}
				p.truth[cell] = [3]float64{phi(-0.5 - e), phi(0.5-e) - phi(-0.5-e), 1 - phi(0.5-e)}
				p.cells = append(p.cells, cell)
				k := choose(phi(-0.5-e), phi(0.5-e))
				rec.Votes = append(rec.Votes, entente.Vote{RollCall: rc, Actor: id, Ballot: []entente.Ballot{entente.No, entente.Abstain, entente.Yes}[k], Source: "src"})
			}
			b += 0.3 * r.NormFloat64()
			a += 0.15 * r.NormFloat64()
		}
	}
	stances := []entente.Stance{entente.Rejects, entente.Doubts, entente.Reserved, entente.AffirmsWithConditions, entente.Affirms}
	cuts := []float64{-0.8, 0, 0.4, 0.9}
	for j := range propositions {
		id := entente.PropositionID(fmt.Sprintf("prop-%02d", j))
		rec.Propositions = append(rec.Propositions, entente.Proposition{ID: id, Pillar: entente.Law, Issue: fmt.Sprintf("issue %d", j%4), Statement: string(id)})
		b, a := 0.8+0.6*r.NormFloat64(), 0.9*r.NormFloat64()
		for i := range rec.Actors {
			actor := rec.Actors[i].ID
			if rec.Actors[i].Kind != entente.State || r.Float64() > said {
				continue
			}
			e := b + a*x[actor]
			var cum []float64
			for _, c := range cuts {
				cum = append(cum, phi(c-e))
			}
			cell := predict.Cell{Actor: actor, Item: predict.ItemID(id)}
			p.truth[cell] = [3]float64{cum[1], cum[2] - cum[1], 1 - cum[2]}
			p.cells = append(p.cells, cell)
			rec.Statements = append(rec.Statements, entente.Statement{
				ID: string(id) + "-" + string(actor), Actor: actor, Proposition: id, Stance: stances[choose(cum...)], Date: entente.Day(2018, 6, 1), Source: "src", Checked: true,
			})
		}
	}
	p.corpus = entente.NewCorpus(entente.Info{Name: "planted", Released: entente.Day(2022, 1, 1)}, rec)
	return p
}
