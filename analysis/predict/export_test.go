package predict

import "entente"

// ScoreOf lets the tests pool the cells of several validations.
var ScoreOf = scoreOf

// Lean is the posterior mean of an actor's expected latent answer without the
// item's intercept.
func Lean(m *Model, a entente.ActorID, item ItemID) float64 {
	t, err := m.target(item)
	if err != nil {
		panic(err)
	}
	s, r := m.seatOf(a), m.random("lean")
	var sum float64
	for k := range m.draws {
		sum += (m.linear(&s, t, k, r) - t.b[k]) / float64(len(m.draws))
	}
	return sum
}
