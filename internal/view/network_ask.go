package view

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/analysis/compare"
	"entente/analysis/congruence"
)

// NetworkAsk is a network as a person asks for it. Empty words take the default;
// a word that is not allowed is an error whose Place is the setting.
type NetworkAsk struct {
	Mode       string // one, two
	Kind       string
	Norm       string
	Duplicates string
	Data       string // statements, acts, votes
	From, To   string
	Threshold  string // a number of 0 or more
	MinShared  string // a whole number of 0 or more
	Bootstrap  string // draws; 0 for none
	Seed       string
	Compat     string // dna
	Window     string // a width and a unit: 12m, 2y, 30d, 8w, 50e
	Step       string
	Kernel     string

	Communities bool
	Layout      bool
}

// The words that the settings of a network can have; the first is the default.
var (
	NetworkModes      = []string{"one", "two"}
	NetworkDataSets   = []string{"statements", "acts", "votes"}
	NetworkDuplicates = []string{"document", "all", "week", "month", "year", "range"}
	NetworkKernels    = []string{"none", "uniform", "triangular", "epanechnikov", "gaussian"}
	networkKinds      = map[string][]string{"one": {"congruence", "conflict", "subtract", "ignore"}, "two": {"subtract", "ignore", "combine"}}
	networkNorms      = map[string][]string{"one": {"none", "average", "jaccard", "cosine"}, "two": {"none", "activity", "prominence"}}
)

// NetworkKinds lists the kinds of a mode, the default first.
func NetworkKinds(mode string) []string { return networkKinds[mode] }

// NetworkNorms lists the normalisations of a mode, the default first.
func NetworkNorms(mode string) []string { return networkNorms[mode] }

// The settings of the analyses that nobody needs to set.
const (
	networkSeed  = 1
	networkDraws = 200
	networkLevel = 0.95
)

// netAsk is a checked NetworkAsk.
type netAsk struct {
	options congruence.Options
	draws   int
	seed    uint64
	data    string
	window  *congruence.Window
	words   NetworkAsk
}

func netFault(place, msg, hint string) error {
	return &entente.Error{Kind: entente.Invalid, Op: "network", Place: place, Msg: msg, Hint: hint}
}

// word takes the default for an empty word and checks a given one.
func askWord(place, what, got string, allowed []string) (string, error) {
	got = strings.TrimSpace(got)
	if got == "" {
		return allowed[0], nil
	}
	if slices.Contains(allowed, got) {
		return got, nil
	}
	return "", netFault(place, fmt.Sprintf("the %s cannot be %q", what, clip(got, 40)), "expected one of "+strings.Join(allowed, ", "))
}

// whole reads a whole number from least to most.
func askWhole(place, got string, standard, least, most int) (int, error) {
	got = strings.TrimSpace(got)
	if got == "" {
		return standard, nil
	}
	n, err := strconv.Atoi(got)
	if err != nil || n < least || n > most {
		return 0, netFault(place, fmt.Sprintf("%q is not a whole number from %d to %d", clip(got, 20), least, most), "")
	}
	return n, nil
}

// check reads the words.
func (a NetworkAsk) check() (n netAsk, err error) {
	n.words = a
	o := &n.options
	mode, err := askWord("mode", "mode", a.Mode, NetworkModes)
	if err != nil {
		return n, err
	}
	kind, err := askWord("kind", "kind of a "+mode+"-mode network", a.Kind, networkKinds[mode])
	if err != nil {
		return n, err
	}
	norm, err := askWord("norm", "normalisation of a "+mode+"-mode network", a.Norm, networkNorms[mode])
	if err != nil {
		return n, err
	}
	dup, err := askWord("duplicates", "duplicate rule", a.Duplicates, NetworkDuplicates)
	if err != nil {
		return n, err
	}
	o.Mode, o.Kind, o.Norm, o.Duplicates = congruence.Mode(mode), congruence.Kind(kind), congruence.Norm(norm), congruence.Duplicates(dup)
	if n.data, err = askWord("from-data", "data", a.Data, NetworkDataSets); err != nil {
		return n, err
	}
	for _, d := range []struct {
		name, word string
		to         *entente.Date
	}{{"from", a.From, &o.From}, {"to", a.To, &o.To}} {
		if *d.to, err = entente.ParseDate(strings.TrimSpace(d.word)); err != nil {
			return n, netFault(d.name, fmt.Sprintf("%q is not a date", clip(d.word, 20)), "write 2021, 2021-02 or 2021-02-19")
		}
	}
	if !o.From.IsZero() && !o.To.IsZero() && !o.From.First().By(o.To) {
		return n, netFault("from", fmt.Sprintf("%s is after %s", o.From, o.To), "give the earlier date first")
	}
	if w := strings.TrimSpace(a.Threshold); w != "" {
		o.MinWeight, err = strconv.ParseFloat(w, 64)
		if err != nil || !(o.MinWeight >= 0) || math.IsInf(o.MinWeight, 0) {
			return n, netFault("threshold", fmt.Sprintf("%q is not a number of 0 or more", clip(w, 20)), "edges of less weight are left out")
		}
	}
	if o.MinShared, err = askWhole("min-shared", a.MinShared, 0, 0, 1_000_000); err != nil {
		return n, err
	}
	if o.MinShared > 0 && mode == "two" {
		return n, netFault("min-shared", "shared concepts are counted in a one-mode network only", "leave it out, or use mode one")
	}
	if n.draws, err = askWhole("bootstrap", a.Bootstrap, networkDraws, 0, 10_000); err != nil {
		return n, err
	}
	if n.draws > 0 && n.draws < 20 {
		return n, netFault("bootstrap", fmt.Sprintf("%d draws say nothing about an interval", n.draws), "write 20 to 10000, or 0 for no intervals")
	}
	seed, err := askWhole("seed", a.Seed, networkSeed, 0, math.MaxInt32)
	if err != nil {
		return n, err
	}
	n.seed = uint64(seed) //nolint:gosec // not below 0
	switch w := strings.TrimSpace(a.Compat); w {
	case "":
	case "dna":
		o.Compat = true
	default:
		return n, netFault("compat", fmt.Sprintf("there is no compatible mode %q", clip(w, 20)), "expected dna, or nothing")
	}
	return n, n.moving(a)
}

// moving reads the window.
func (n *netAsk) moving(a NetworkAsk) error {
	width := strings.TrimSpace(a.Window)
	kernel, err := askWord("kernel", "kernel", a.Kernel, NetworkKernels)
	if err != nil {
		return err
	}
	step, err := askWhole("step", a.Step, 1, 1, 100_000)
	if err != nil {
		return err
	}
	if width == "" {
		switch {
		case strings.TrimSpace(a.Step) != "":
			return netFault("step", "a step without a window", "add a window, for example 12m")
		case strings.TrimSpace(a.Kernel) != "":
			return netFault("kernel", "a kernel without a window", "add a window, for example 12m")
		}
		return nil
	}
	units := map[byte]congruence.Unit{'d': congruence.Days, 'w': congruence.Weeks, 'm': congruence.Months, 'y': congruence.Years, 'e': congruence.OnEvents}
	unit, ok := units[width[len(width)-1]]
	w, err := strconv.Atoi(width[:len(width)-1])
	if !ok || err != nil || w < 1 || w > 100_000 {
		return netFault("window", fmt.Sprintf("%q is not a window", clip(width, 20)), "write a width and a unit: 30d, 8w, 12m, 2y, or 50e for 50 events")
	}
	n.window = &congruence.Window{Unit: unit, Width: w, Step: step, Kernel: congruence.Kernel(kernel)}
	switch smooth := kernel != "none"; {
	case smooth && unit == congruence.OnEvents:
		return netFault("kernel", "a kernel needs time, and the window moves from event to event", "use a window in days, weeks, months or years")
	case smooth && w%2 == 1:
		return netFault("window", fmt.Sprintf("with a kernel the width is even, and it is %d", w), "write the next even number")
	case smooth && n.options.Kind == congruence.Combine:
		return netFault("kernel", "a set of levels cannot be weighed by a kernel", "use kind ignore or subtract")
	case smooth && n.options.Compat && n.options.Norm == congruence.Cosine:
		return netFault("kernel", "the compatible cosine is not defined with a kernel", "use another normalisation")
	}
	return nil
}

// settings tells the settings as they were used.
func (n *netAsk) settings(o compare.Options, unit string) NetworkSettings {
	c := n.options
	s := NetworkSettings{
		Mode: string(c.Mode), Kind: string(c.Kind), Norm: string(c.Norm), Duplicates: string(c.Duplicates), From: c.From.String(), To: c.To.String(),
		Pillars: o.Pillars, Issues: o.Issues, Unverified: o.Unverified, Threshold: c.MinWeight, MinShared: c.MinShared, Draws: n.draws, Seed: n.seed,
	}
	if c.Compat {
		s.Compat = "dna"
	}
	if n.draws > 0 {
		s.Unit, s.Level = unit, networkLevel
	}
	if n.window != nil {
		s.Window, s.Step, s.Kernel = strings.TrimSpace(n.words.Window), n.window.Step, string(n.window.Kernel)
	}
	return s
}

// titleWords are the words of a network's title.
func (n *netAsk) title(data NetworkData) string {
	c := n.options
	nodes := "actors"
	if c.Mode == congruence.TwoMode {
		nodes = "actors and " + data.Concepts
	}
	kind := map[congruence.Kind]string{
		congruence.Ignore: "Network of common subjects", congruence.Congruence: "Congruence network", congruence.Conflict: "Conflict network",
		congruence.Subtract: "Network of congruence less conflict", congruence.Combine: "Network of levels used",
	}[c.Kind]
	if c.Mode == congruence.TwoMode && c.Kind == congruence.Subtract {
		kind = "Network of net positions"
	} else if c.Mode == congruence.TwoMode && c.Kind == congruence.Ignore {
		kind = "Network of subjects"
	}
	t := kind + " of " + nodes
	if data.From == "events" {
		t += ", from " + data.File
	} else {
		t += ", from " + data.From
	}
	if c.Norm != congruence.NoNorm {
		t += ", " + string(c.Norm)
	}
	switch {
	case !c.From.IsZero() && !c.To.IsZero():
		t += fmt.Sprintf(", %s to %s", c.From, c.To)
	case !c.From.IsZero():
		t += ", since " + c.From.String()
	case !c.To.IsZero():
		t += ", until " + c.To.String()
	}
	return t
}
