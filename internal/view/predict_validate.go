package view

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"entente"
	"entente/analysis/compare"
	"entente/analysis/predict"
)

// PredictCheckSchema names the shape of [PredictCheck].
const PredictCheckSchema = "entente.validate-predict/1"

// PredictCheck is how predictions did on answers that were hidden from the
// model, beside four simple methods that saw the same.
type PredictCheck struct {
	Head
	Mask        string              `json:"mask,omitempty"` // the file of hidden cells; empty: statements in folds
	Folds       int                 `json:"folds"`          // 1: hidden all at once
	Cells       int                 `json:"cells"`          // scored
	Unknown     int                 `json:"unknown"`        // asked for, but without an answer on record
	Session     int                 `json:"ideal_points_session"`
	RHat        float64             `json:"r_hat"` // the worst fit's
	Converged   bool                `json:"converged"`
	Beaten      bool                `json:"all_beaten"`
	Verdict     []string            `json:"verdict"`
	Methods     []PredictMethod     `json:"methods"` // the model first
	ByItem      []PredictItemScores `json:"by_item"`
	Calibration []PredictBin        `json:"calibration"` // of the model
	EnoughToSay *PredictScore       `json:"enough_to_say"`
	NotEnough   *PredictScore       `json:"not_enough_to_say"`
	Predictions []PredictedCell     `json:"predictions"`
}

// PredictScore is how good probabilities were. Log is the mean natural logarithm
// of the probability of what happened (higher is better), Brier the mean
// squared distance over the three sides (lower is better), Accuracy the share
// in which the likeliest side happened.
type PredictScore struct {
	N        int     `json:"n"`
	Log      float64 `json:"log_score"`
	Brier    float64 `json:"brier"`
	Accuracy float64 `json:"accuracy"`
}

// PredictMethod is one method's score. Ahead is how far the model is ahead of
// it per cell (negative: behind), with standard errors that take cells as
// independent.
type PredictMethod struct {
	Name string `json:"name"`
	PredictScore
	AheadLog   float64 `json:"model_ahead_log"`
	SELog      float64 `json:"model_ahead_log_se"`
	AheadBrier float64 `json:"model_ahead_brier"`
	SEBrier    float64 `json:"model_ahead_brier_se"`
	Beaten     bool    `json:"beaten"` // the model is ahead on both
}

// PredictItemScores are the methods' scores on one item, in the order of Methods.
type PredictItemScores struct {
	Item   string         `json:"item"`
	Scores []PredictScore `json:"scores"`
}

// PredictBin is a row of the calibration table; predicted and observed are null
// where no prediction falls.
type PredictBin struct {
	Lo        float64  `json:"lo"`
	Hi        float64  `json:"hi"`
	N         int      `json:"n"`
	Predicted *float64 `json:"predicted"`
	Observed  *float64 `json:"observed"`
}

// PredictedCell is one hidden answer.
type PredictedCell struct {
	Actor   entente.ActorID `json:"actor"`
	Item    string          `json:"item"`
	Truth   string          `json:"truth"`
	Reject  float64         `json:"p_reject"`
	Reserve float64         `json:"p_reserve"`
	Affirm  float64         `json:"p_affirm"`
	Enough  bool            `json:"enough"`
}

// ParseMask reads a mask: CSV with the columns actor and item, in any order and
// beside others. An item is a proposition, an instrument, its symbol, or a roll
// call; an actor anything that [Resolve] reads. It returns an entente.Errors with
// every fault, each with file and line.
func ParseMask(c *entente.Corpus, name string, data []byte) ([]predict.Cell, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	fault := func(line int, msg, hint string) error {
		return &entente.Error{Kind: entente.Invalid, Op: "read the mask", Place: name + ":" + strconv.Itoa(line), Msg: msg, Hint: hint}
	}
	at := map[string]int{"actor": -1, "item": -1}
	head, err := r.Read()
	if err != nil {
		return nil, fault(1, "there is no header", "begin with the line actor,item")
	}
	for i, h := range head {
		at[strings.ToLower(strings.TrimSpace(h))] = i
	}
	if at["actor"] < 0 || at["item"] < 0 {
		return nil, fault(1, "the columns are "+clip(strings.Join(head, ", "), 80), "the columns actor and item are needed")
	}
	var out []predict.Cell
	var errs entente.Errors
	seen := map[predict.Cell]bool{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			return nil, fault(line, "the row cannot be read as CSV: "+err.Error(), "every row has as many cells as the header")
		}
		a, err1 := Resolve(c, row[at["actor"]])
		item, err2 := predict.Find(c, row[at["item"]])
		if err := errors.Join(err1, err2); err != nil {
			errs = append(errs, fault(line, err.Error(), ""))
			continue
		}
		if cell := (predict.Cell{Actor: a, Item: item}); !seen[cell] {
			seen[cell] = true
			out = append(out, cell)
		}
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, fault(2, "there is no cell to hide", "add a row such as est,A/RES/77/36")
	}
	return out, nil
}

// ValidatePredict hides cells and holds the predictions against what happened:
// the mask's cells all at once, or in folds; without a mask all statements of
// states in folds (10 when folds is 0).
func (b VoteBuilder) ValidatePredict(name string, mask []predict.Cell, folds int, o compare.Options) (*Page, error) {
	ideal, session, err := b.IdealPoints(b.Corpus.AsOf(o.Settings))
	if err != nil {
		return nil, err
	}
	po := predict.Options{Settings: o.Settings, Ideal: ideal}
	var r *predict.Validation
	title := ""
	switch {
	case mask == nil:
		if folds == 0 {
			folds = 10
		}
		r, err = predict.Folds(b.Corpus, po, folds, predict.Said)
		title = fmt.Sprintf("How predictions of statements do, hidden in %d folds", folds)
	case folds == 0:
		r, err = predict.Validate(b.Corpus, po, mask)
		title = fmt.Sprintf("How predictions of %d hidden answers do", len(mask))
	default:
		r, err = predict.FoldsOf(b.Corpus, po, folds, mask)
		title = fmt.Sprintf("How predictions of %d answers do, hidden in %d folds", len(mask), folds)
	}
	if err != nil {
		return nil, err
	}
	v := &PredictCheck{
		Head: b.head(PredictCheckSchema, o), Mask: name, Folds: r.Folds, Cells: len(r.Cells), Unknown: r.Unknown, Session: session,
		RHat: round4(r.RHat), Converged: r.RHat <= 1.1, Beaten: true, Verdict: predictVerdict(r), ByItem: []PredictItemScores{},
	}
	for _, m := range r.Methods {
		v.Methods = append(v.Methods, PredictMethod{m.Name, scoreView(m.Score), round4(m.Ahead), round4(m.SE), round4(m.AheadBrier), round4(m.SEBrier), m.Beaten})
		v.Beaten = v.Beaten && (m.Beaten || m.Name == predict.ByModel)
	}
	for _, is := range r.ByItem {
		row := PredictItemScores{Item: string(is.Item)}
		for _, s := range is.Scores {
			row.Scores = append(row.Scores, scoreView(s))
		}
		v.ByItem = append(v.ByItem, row)
	}
	for _, x := range r.Calibration {
		row := PredictBin{Lo: x.Lo, Hi: x.Hi, N: x.N}
		if x.N > 0 {
			p, q := round4(x.Predicted), round4(x.Observed)
			row.Predicted, row.Observed = &p, &q
		}
		v.Calibration = append(v.Calibration, row)
	}
	v.EnoughToSay, v.NotEnough = someScore(r.Enough), someScore(r.Thin)
	for _, c := range r.Cells {
		v.Predictions = append(v.Predictions, PredictedCell{
			c.Actor, string(c.Item), [...]string{"reject", "reserve", "affirm"}[c.Truth], round4(c.P[0][0]), round4(c.P[0][1]), round4(c.P[0][2]), c.Enough,
		})
	}
	return &Page{Title: title + filterWords(b.Corpus.AsOf(o.Settings), o), Data: v, Table: v.table(), Sources: []entente.SourceID{}}, nil
}

// predictVerdict says in words whom the model beats, and whom it does not. A
// lead of less than two standard errors may be chance, and is called so.
func predictVerdict(r *predict.Validation) []string {
	lead := func(score string, d, se float64) string {
		switch {
		case d >= 2*se && d > 0:
			return "ahead on " + score
		case d > 0:
			return fmt.Sprintf("ahead on %s by less than two standard errors (%+.4f, se %.4f)", score, d, se)
		case -d < 2*se:
			return fmt.Sprintf("not ahead on %s, by less than two standard errors (%+.4f, se %.4f)", score, d, se)
		}
		return fmt.Sprintf("behind on %s (%+.4f, se %.4f)", score, d, se)
	}
	var out []string
	for _, m := range r.Methods[1:] {
		does := "does not beat "
		if m.Beaten {
			does = "beats "
		}
		w := does + m.Name + ": " + lead("log score", m.Ahead, m.SE) + ", " + lead("Brier score", m.AheadBrier, m.SEBrier)
		if a := r.Methods[0].Accuracy; m.Accuracy > a {
			w += fmt.Sprintf("; behind in accuracy (%.4f against %.4f)", a, m.Accuracy)
		}
		out = append(out, w)
	}
	return out
}

func scoreView(s predict.Score) PredictScore {
	return PredictScore{s.N, round4(s.Log), round4(s.Brier), round4(s.Accuracy)}
}

func someScore(s predict.Score) *PredictScore {
	if s.N == 0 {
		return nil
	}
	v := scoreView(s)
	return &v
}

// table is one row per method and item, "all" first, then the calibration.
func (v *PredictCheck) table() Table {
	t := Table{Name: "validate-predict", Header: []string{"what", "name", "item", "n", "log_score", "brier", "accuracy", "model_ahead_log", "model_ahead_log_se", "model_ahead_brier", "model_ahead_brier_se", "beaten", "low", "high", "predicted", "observed"}}
	line := func(what, name, item string, s PredictScore, more ...string) {
		row := append([]string{what, name, item, itoa(s.N), share(s.Log), share(s.Brier), share(s.Accuracy)}, more...)
		for len(row) < len(t.Header) {
			row = append(row, "")
		}
		t.Rows = append(t.Rows, row)
	}
	for _, m := range v.Methods {
		if m.Name == predict.ByModel {
			line("method", m.Name, "all", m.PredictScore)
			continue
		}
		line("method", m.Name, "all", m.PredictScore, share(m.AheadLog), share(m.SELog), share(m.AheadBrier), share(m.SEBrier), strconv.FormatBool(m.Beaten))
	}
	for _, is := range v.ByItem {
		for k, s := range is.Scores {
			line("method", v.Methods[k].Name, is.Item, s)
		}
	}
	for _, s := range []struct {
		name string
		s    *PredictScore
	}{{"enough to say", v.EnoughToSay}, {"not enough to say", v.NotEnough}} {
		if s.s != nil {
			line("part", s.name, "all", *s.s)
		}
	}
	for _, b := range v.Calibration {
		row := make([]string, len(t.Header))
		row[0], row[1], row[2], row[3], row[12], row[13] = "calibration", predict.ByModel, "all", itoa(b.N), share(b.Lo), share(b.Hi)
		if b.Predicted != nil {
			row[14], row[15] = share(*b.Predicted), share(*b.Observed)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
