package view

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"entente"
	"entente/analysis/compare"
	"entente/analysis/predict"
)

// PredictSchema names the shape of [Predict].
const PredictSchema = "entente.predict/1"

// Predict says what actors that are silent on a question would probably answer.
// It is a column of its own: what was said stands beside it, and a prediction
// never becomes a position.
type Predict struct {
	Head
	Question PredictQuestion `json:"question"`
	Model    PredictModel    `json:"model"`
	Rule     PredictRule     `json:"rule"`
	Counts   PredictCounts   `json:"counts"`
	Rows     []PredictRow    `json:"rows"` // by name
	All      bool            `json:"all"`  // actors that have spoken are listed too
}

// PredictQuestion is what would be answered.
type PredictQuestion struct {
	ID     string         `json:"id"`
	Kind   string         `json:"kind"` // statement, vote, signature
	Title  string         `json:"title"`
	Symbol string         `json:"symbol,omitempty"`
	Pillar entente.Pillar `json:"pillar,omitempty"`
	Issue  string         `json:"issue,omitempty"`
	// Answers counts what is on record by the date: the item's own base rate. The
	// sides have the names that fit the kind; see PredictRow.
	Answers map[string]int `json:"answers"`
}

// PredictModel says how the fit went.
type PredictModel struct {
	Answers    int     `json:"answers"` // that the model saw, on all items
	Actors     int     `json:"actors"`
	Items      int     `json:"items"`
	Dimensions int     `json:"dimensions"`
	Chains     int     `json:"chains"`
	Sweeps     int     `json:"sweeps"` // kept per chain
	Seed       uint64  `json:"seed"`
	RHat       float64 `json:"r_hat"` // agreement of the chains: 1 is perfect
	Worst      string  `json:"worst,omitempty"`
	Converged  bool    `json:"converged"` // r_hat is at most 1.1
	// Session is the session of the General Assembly up to which the general
	// ideal points go, 0 when there are none; Ideal counts the states with one.
	Session int `json:"ideal_points_session"`
	Ideal   int `json:"ideal_points"`
}

// PredictRule is when there is enough to say.
type PredictRule struct {
	Interval   float64 `json:"interval"`    // the share of the posterior that intervals hold
	MinAnswers int     `json:"min_answers"` // on the question, or on the last vote of its line
	MinAlike   int     `json:"min_alike"`   // of these, sharing a bloc or region with the actor or near it by ideal point
	MaxWidth   float64 `json:"max_width"`   // of the interval of the likeliest side
}

// PredictCounts adds up: Silent is Enough and Thin; Shown is the rows.
type PredictCounts struct {
	States int `json:"states"`
	Silent int `json:"silent"`
	Enough int `json:"enough"`
	Thin   int `json:"not_enough"`
	Shown  int `json:"shown"`
}

// PredictRow is one actor: what it said, and beside it the prediction.
type PredictRow struct {
	Actor   Actor   `json:"actor"`
	Stance  *string `json:"stance"` // on record; null when silent
	Basis   string  `json:"basis"`
	Silence *string `json:"silence"`
	// Chances hold the probability of each side. For votes affirm is yes, reserve
	// is abstain and reject is no; for signatures affirm is to sign.
	Affirm  PredictChance `json:"affirm"`
	Reserve PredictChance `json:"reserve"`
	Reject  PredictChance `json:"reject"`
	Likely  string        `json:"likely"` // affirm, reserve or reject
	Words   string        `json:"words"`
	Enough  bool          `json:"enough"`
	Why     string        `json:"why_not,omitempty"` // few-answers, no-anchor, nobody-like, too-wide
	Own     int           `json:"own_answers"`       // of the actor on other items
	// Reasons drive the prediction, the strongest first; at most five.
	Reasons []PredictReason `json:"reasons"`
}

// PredictChance is a probability with its interval.
type PredictChance struct {
	P  float64 `json:"p"`
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}

// PredictReason is one thing that drives a prediction. Pull is on the latent
// scale: above 0 towards affirming, below towards rejecting.
type PredictReason struct {
	Kind  string  `json:"kind"` // own-answer, bloc, ideal-point
	Words string  `json:"words"`
	Pull  float64 `json:"pull"`
	Item  string  `json:"item,omitempty"`
	ID    string  `json:"id,omitempty"` // of the statement, roll call or instrument
	Date  string  `json:"date,omitempty"`
	Bloc  string  `json:"bloc,omitempty"`
}

// shownReasons is how many reasons a row gives.
const shownReasons = 5

// PredictSides are the words for the three sides of a kind of item.
var PredictSides = map[predict.Kind][3]string{
	predict.Said:   {"reject", "reserve", "affirm"},
	predict.Voted:  {"no", "abstain", "yes"},
	predict.Signed: {"not-sign", "", "sign"},
}

// PredictFit is a model fitted under one set of options: pages of several
// questions share it. It is not changed after it is made.
type PredictFit struct {
	model          *predict.Model
	options        compare.Options
	session, ideal int
}

// FitPredict fits the model as of the date. Of the options the settings count.
func (b VoteBuilder) FitPredict(o compare.Options) (*PredictFit, error) {
	ideal, session, err := b.IdealPoints(b.Corpus.AsOf(o.Settings))
	if err != nil {
		return nil, err
	}
	m, err := predict.Fit(b.Corpus, predict.Options{Settings: o.Settings, Ideal: ideal})
	if err != nil {
		return nil, err
	}
	return &PredictFit{m, o, session, len(ideal)}, nil
}

// Predict fits the model and says what silent states would answer to the
// question that the word names (see [predict.Find]); all lists states that have
// spoken as well. A fit takes a second or two.
func (b VoteBuilder) Predict(word string, o compare.Options, all bool) (*Page, error) {
	item, err := predict.Find(b.Corpus, word)
	if err != nil {
		return nil, err
	}
	fit, err := b.FitPredict(o)
	if err != nil {
		return nil, err
	}
	return b.PredictPage(fit, item, all)
}

// PredictPage is [VoteBuilder.Predict] from a fit that is there already.
func (b VoteBuilder) PredictPage(fit *PredictFit, item predict.ItemID, all bool) (*Page, error) {
	m, o := fit.model, fit.options
	forecasts, err := m.All(item, b.memberStates())
	if err != nil {
		return nil, err
	}
	v := &Predict{Head: b.head(PredictSchema, o), Question: b.predictQuestion(m, item), All: all, Rows: []PredictRow{}}
	v.Model = predictModel(m, fit.session, fit.ideal)
	v.Rule = PredictRule{predict.Interval, predict.MinAnswers, predict.MinAlike, predict.MaxWidth}
	used := sourceSet{}
	for i := range forecasts {
		f := &forecasts[i]
		row, silent, ok := b.predictRow(f, o, used)
		if !ok {
			continue
		}
		v.Counts.States++
		if silent {
			v.Counts.Silent++
			if f.Enough {
				v.Counts.Enough++
			} else {
				v.Counts.Thin++
			}
		}
		if silent || all {
			v.Rows = append(v.Rows, row)
		}
	}
	v.Counts.Shown = len(v.Rows)
	sort.SliceStable(v.Rows, func(i, j int) bool { return v.Rows[i].Actor.Name < v.Rows[j].Actor.Name })
	title := "What silent states would probably say of "
	if all {
		title = "What states would probably say of "
	}
	return &Page{Title: title + v.Question.ID + filterWords(b.Corpus.AsOf(o.Settings), o), Data: v, Table: v.table(), Sources: used.list()}, nil
}

// memberStates lists the members of the United Nations.
func (b Builder) memberStates() []entente.ActorID {
	var out []entente.ActorID
	for i := range b.Corpus.Actors {
		if a := &b.Corpus.Actors[i]; a.Kind == entente.State && a.UNStatus == "member" {
			out = append(out, a.ID)
		}
	}
	return out
}

func (b Builder) predictQuestion(m *predict.Model, id predict.ItemID) PredictQuestion {
	q := PredictQuestion{ID: string(id), Answers: map[string]int{}}
	if p := b.Corpus.Proposition(entente.PropositionID(id)); p != nil {
		q.Kind, q.Title, q.Pillar, q.Issue = string(predict.Said), p.Statement, p.Pillar, p.Issue
	} else if in := b.Corpus.Instrument(entente.InstrumentID(id)); in != nil {
		q.Kind, q.Title, q.Symbol = string(predict.Signed), in.Title, in.Symbol
		if in.Kind == entente.Resolution {
			q.Kind = string(predict.Voted)
		}
	}
	for k, w := range PredictSides[predict.Kind(q.Kind)] {
		if w == "" {
			continue
		}
		q.Answers[w] = 0
		for _, a := range m.Answers {
			if a.Item == id && int(a.Side) == k {
				q.Answers[w]++
			}
		}
	}
	return q
}

func predictModel(m *predict.Model, session, ideal int) PredictModel {
	actors, items := map[entente.ActorID]bool{}, map[predict.ItemID]bool{}
	for _, a := range m.Answers {
		actors[a.Actor], items[a.Item] = true, true
	}
	c := m.Convergence
	return PredictModel{
		Answers: len(m.Answers), Actors: len(actors), Items: len(items), Dimensions: m.Options.Dimensions, Chains: c.Chains, Sweeps: c.Kept,
		Seed: m.Options.Seed, RHat: round4(c.RHat), Worst: c.Worst, Converged: c.OK, Session: session, Ideal: ideal,
	}
}

// predictRow sets an actor's record beside the forecast. ok is false for an
// actor that has no chance to address the question.
func (b Builder) predictRow(f *predict.Explained, o compare.Options, used sourceSet) (row PredictRow, silent, ok bool) {
	row = PredictRow{Actor: actorOf(b.Corpus.Actor(f.Actor)), Basis: string(entente.None), Enough: f.Enough, Why: string(f.Why), Own: f.Own, Reasons: []PredictReason{}}
	silent = true
	if p := entente.PropositionID(f.Item); b.Corpus.Proposition(p) != nil {
		pos := b.Corpus.Position(f.Actor, p, o.Settings)
		if pos.Silence == entente.NoOpportunity {
			return row, false, false
		}
		row.Stance, row.Basis, row.Silence = word(pos.Stance), string(pos.Basis), word(pos.Silence)
		silent = pos.Basis == entente.None
	} else if a := f.Known; a != nil {
		side := PredictSides[a.Kind][a.Side]
		row.Stance, row.Basis, silent = &side, string(entente.Stated), false
	}
	chance := func(s predict.Side) PredictChance {
		return PredictChance{round4(f.P[s]), round4(f.Spans[s].Lo), round4(f.Spans[s].Hi)}
	}
	row.Affirm, row.Reserve, row.Reject = chance(predict.Affirm), chance(predict.Reserve), chance(predict.Reject)
	row.Likely = [...]string{"reject", "reserve", "affirm"}[f.Best]
	row.Words = PredictWords(f.Kind, f.Best, f.P[f.Best], f.Enough, f.Why)
	for _, r := range f.Reasons[:min(shownReasons, len(f.Reasons))] {
		row.Reasons = append(row.Reasons, b.predictReason(&r, used))
	}
	return row, silent, true
}

func (b Builder) predictReason(r *predict.Reason, used sourceSet) PredictReason {
	out := PredictReason{Kind: string(r.Kind), Pull: round4(r.Pull)}
	switch {
	case r.Answer != nil:
		out.Words, out.Item, out.ID, out.Date = b.answerWords(r.Answer), string(r.Answer.Item), r.Answer.ID, r.Answer.Date.String()
		b.useAnswer(r.Answer, used)
	case r.Bloc != "":
		out.Bloc = r.Bloc
		if region, ok := predict.Region(r.Bloc); ok {
			out.Words = "in " + region
		} else {
			out.Words = "member of " + b.name(entente.ActorID(r.Bloc))
		}
	default:
		out.Words = "its votes in the General Assembly in general"
	}
	return out
}

// answerWords tells an answer: "voted no on A/RES/73/27".
func (b Builder) answerWords(a *predict.Answer) string {
	name := string(a.Item)
	if in := b.Corpus.Instrument(entente.InstrumentID(a.Item)); in != nil {
		if name = in.Title; in.Symbol != "" && in.Kind == entente.Resolution {
			name = in.Symbol
		}
	}
	switch a.Kind {
	case predict.Voted:
		return []string{"voted no on ", "abstained on ", "voted yes on "}[a.Side] + name
	case predict.Signed:
		return []string{"is not on the list of ", "", "is on the list of "}[a.Side] + name
	}
	return []string{"rejects ", "doubts ", "is reserved on ", "affirms with conditions ", "affirms "}[a.Y] + name
}

// useAnswer notes the source on which an answer rests.
func (b Builder) useAnswer(a *predict.Answer, used sourceSet) {
	switch a.Kind {
	case predict.Voted:
		if v := b.Corpus.VoteOf(a.ID, a.Actor); v != nil {
			used.add(v.Source)
		}
	case predict.Said:
		for _, s := range b.Corpus.StatementsOn(entente.PropositionID(a.Item)) {
			if s.ID == a.ID {
				used.add(s.Source)
			}
		}
	default:
		for _, p := range b.Corpus.ParticipationsIn(entente.InstrumentID(a.Item)) {
			if p.Actor == a.Actor {
				used.add(p.Source)
			}
		}
	}
}

// PredictWords says a prediction in words. The number stands beside them.
func PredictWords(k predict.Kind, s predict.Side, p float64, enough bool, why predict.Lack) string {
	if !enough {
		return "not enough to say: " + map[predict.Lack]string{
			predict.FewAnswers: fmt.Sprintf("fewer than %d actors have answered", predict.MinAnswers),
			predict.Nothing:    "nothing is known of this actor",
			predict.NobodyLike: fmt.Sprintf("fewer than %d of those who answered are like it", predict.MinAlike),
			predict.TooWide:    "the interval is too wide",
		}[why]
	}
	verb := map[predict.Kind][3]string{
		predict.Said:   {"reject", "reserve its position", "affirm"},
		predict.Voted:  {"vote no", "abstain", "vote yes"},
		predict.Signed: {"not sign", "", "sign"},
	}[k][s]
	switch {
	case p >= 0.9:
		return "would very probably " + verb
	case p >= 0.7:
		return "would probably " + verb
	case p >= 0.5:
		return "would more likely than not " + verb
	}
	return "could go more than one way, most likely " + verb
}

func (v *Predict) table() Table {
	t := Table{Name: "predict-" + v.Question.ID, Header: []string{
		"question", "as_of", "actor", "name", "stance_on_record", "basis", "silence", "predicted", "enough", "why_not", "p_affirm", "affirm_low", "affirm_high",
		"p_reserve", "reserve_low", "reserve_high", "p_reject", "reject_low", "reject_high", "own_answers", "reasons",
	}}
	for i := range v.Rows {
		r := &v.Rows[i]
		row := []string{v.Question.ID, v.AsOf, string(r.Actor.ID), r.Actor.Name, wordOr(r.Stance), r.Basis, wordOr(r.Silence), r.Likely, strconv.FormatBool(r.Enough), r.Why}
		for _, c := range []PredictChance{r.Affirm, r.Reserve, r.Reject} {
			row = append(row, share(c.P), share(c.Lo), share(c.Hi))
		}
		var reasons strings.Builder
		for n, x := range r.Reasons {
			if n > 0 {
				reasons.WriteString("; ")
			}
			fmt.Fprintf(&reasons, "%s (%+.2f)", x.Words, x.Pull)
		}
		t.Rows = append(t.Rows, append(row, itoa(r.Own), reasons.String()))
	}
	return t
}

func wordOr(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func round4(f float64) float64 { return math.Round(f*1e4) / 1e4 }
