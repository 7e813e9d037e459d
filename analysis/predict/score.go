package predict

import "math"

// Score sums up how good probabilities were, against what happened.
type Score struct {
	N        int
	Log      float64 // mean log probability of what happened, natural; higher is better
	Brier    float64 // mean squared distance over the three sides; lower is better
	Accuracy float64 // share in which the likeliest side happened
}

// floorP keeps one impossible forecast from making a score infinite. It favours
// nobody: the model never gets near it.
const floorP = 1e-6

func scoreOf(ps [][3]float64, truth []Side) Score {
	s := Score{N: len(ps)}
	for i, p := range ps {
		n := float64(len(ps))
		s.Log += math.Log(math.Max(p[truth[i]], floorP)) / n
		best := 0
		for k := range p {
			y := 0.0
			if Side(k) == truth[i] {
				y = 1
			}
			s.Brier += sq(p[k]-y) / n
			if p[k] > p[best] {
				best = k
			}
		}
		if Side(best) == truth[i] {
			s.Accuracy += 1 / n
		}
	}
	return s
}

// Bin is a row of a calibration table: of all forecasts of any side with a
// probability in [Lo, Hi), how often the side came.
type Bin struct {
	Lo, Hi    float64
	N         int
	Predicted float64 // mean probability
	Observed  float64 // share that came
}

// calibration has ten bins of equal width; each cell counts three times, once
// for every side.
func calibration(ps [][3]float64, truth []Side) []Bin {
	bins := make([]Bin, 10)
	for i := range bins {
		bins[i].Lo, bins[i].Hi = float64(i)/10, float64(i+1)/10
	}
	for i, p := range ps {
		for k := range p {
			b := &bins[min(int(p[k]*10), 9)]
			b.N++
			b.Predicted += p[k]
			if Side(k) == truth[i] {
				b.Observed++
			}
		}
	}
	for i := range bins {
		if n := float64(bins[i].N); n > 0 {
			bins[i].Predicted /= n
			bins[i].Observed /= n
		}
	}
	return bins
}
