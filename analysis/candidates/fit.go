package candidates

import (
	"math"
	"slices"
)

// settings are the numbers of the model, and switches for measuring it.
type settings struct {
	definition float64 // how many passages a definition counts for
	often      float64 // how much it helps to have been coded often
	whole      bool    // read a paragraph whole, not in windows
	noExamples bool    // learn from definitions only
}

// chosen are the settings that cross-validation chose; docs/methods/candidates.md
// gives the others.
var chosen = settings{definition: 2, often: 0.1}

// definitionsOnly is the second baseline: nothing was coded yet.
var definitionsOnly = settings{definition: 2, noExamples: true}

// everything keeps all passages.
func everything(int) bool { return true }

// fitted is a model in numbers: per word its rarity and, as rows of one
// sparse matrix, its weight in every class.
type fitted struct {
	settings
	names  []string
	basis  []int     // coded passages by class
	rare   []float64 // ln(1+N/df) by word
	unseen float64   // the same for a word that is nowhere
	row    []int32   // where the entries of a word begin; one more than words
	class  []int32
	value  []float64
	factor []float64 // by class: 1 + often ln(1+basis)
}

// fit learns from the passages that keep keeps, and from all definitions.
func (d *data) fit(keep func(i int) bool, s settings) *fitted {
	f := &fitted{settings: s, names: d.names, basis: make([]int, len(d.names)), factor: make([]float64, len(d.names))}
	byClass := make([][]int32, len(d.names))
	var counted []*text
	for i := range d.passages {
		if !keep(i) || s.noExamples {
			continue
		}
		p := &d.passages[i]
		counted = append(counted, &p.text)
		for _, c := range p.classes {
			f.basis[c]++
			byClass[c] = append(byClass[c], int32(i)) //nolint:gosec // memory ends long before
		}
	}
	for c := range d.definitions {
		if len(d.definitions[c].words) > 0 {
			counted = append(counted, &d.definitions[c])
		}
	}
	f.weigh(d, counted)
	f.centroids(d, byClass)
	for c, n := range f.basis {
		f.factor[c] = 1 + float64(s.often*math.Log1p(float64(n)))
	}
	return f
}

// weigh finds the rarity of every word in the texts that count.
func (f *fitted) weigh(d *data, counted []*text) {
	df, seen := make([]int32, len(d.words)), make([]int32, len(d.words))
	for n, t := range counted {
		mark := int32(n) + 1 //nolint:gosec // memory ends long before
		for _, id := range t.words {
			if seen[id] != mark {
				seen[id] = mark
				df[id]++
			}
		}
	}
	total := float64(len(counted))
	f.unseen = math.Log1p(total)
	f.rare = make([]float64, len(d.words))
	for id := range f.rare {
		f.rare[id] = f.unseen
		if df[id] > 0 {
			f.rare[id] = math.Log1p(total / float64(df[id]))
		}
	}
}

// idf is the weight of one occurrence of a word in a paragraph.
func (f *fitted) idf(id int32) float64 {
	if id == unknown {
		return f.unseen
	}
	return f.rare[id]
}

// accumulator adds sparse vectors.
type accumulator struct {
	sum     []float64
	count   []int32
	touched []int32
}

// add adds a text as a vector of length w.
func (a *accumulator) add(f *fitted, t *text, w float64) {
	var ids []int32
	for _, id := range t.words {
		if a.count[id] == 0 {
			ids = append(ids, id)
		}
		a.count[id]++
	}
	norm := 0.0
	value := func(id int32) float64 { return (1 + math.Log(float64(a.count[id]))) * f.rare[id] }
	for _, id := range ids {
		v := value(id)
		norm += float64(v * v)
	}
	if norm > 0 {
		w /= math.Sqrt(norm)
	}
	for _, id := range ids {
		if a.sum[id] == 0 {
			a.touched = append(a.touched, id)
		}
		a.sum[id] += float64(value(id) * w)
		a.count[id] = 0
	}
}

// entry is one cell of the matrix.
type entry struct {
	word, class int32
	value       float64
}

// centroids makes the vector of every class.
func (f *fitted) centroids(d *data, byClass [][]int32) {
	a := accumulator{sum: make([]float64, len(d.words)), count: make([]int32, len(d.words))}
	var cells []entry
	perWord := make([]int32, len(d.words)+1)
	for c := range f.names {
		for _, i := range byClass[c] {
			p := &d.passages[i]
			// A passage that names many propositions says less of each.
			a.add(f, &p.text, 1/float64(len(p.classes)))
		}
		a.add(f, &d.definitions[c], f.definition)
		slices.Sort(a.touched)
		norm := 0.0
		for _, id := range a.touched {
			norm += float64(a.sum[id] * a.sum[id])
		}
		norm = math.Sqrt(norm)
		for _, id := range a.touched {
			if norm > 0 {
				cells = append(cells, entry{id, int32(c), a.sum[id] / norm}) //nolint:gosec // a class
				perWord[id+1]++
			}
			a.sum[id] = 0
		}
		a.touched = a.touched[:0]
	}
	for id := range len(d.words) {
		perWord[id+1] += perWord[id]
	}
	f.row = perWord
	f.class, f.value = make([]int32, len(cells)), make([]float64, len(cells))
	next := slices.Clone(perWord)
	for _, e := range cells { // by class, so that each row is sorted by class
		f.class[next[e.word]], f.value[next[e.word]] = e.class, e.value
		next[e.word]++
	}
}

// weight is the weight of a word in a class.
func (f *fitted) weight(id, class int32) float64 {
	if id < 0 {
		return 0
	}
	row := f.class[f.row[id]:f.row[id+1]]
	if i, ok := slices.BinarySearch(row, class); ok {
		return f.value[int(f.row[id])+i]
	}
	return 0
}
