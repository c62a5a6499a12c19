//! Whether the gate keeps its promises on machines whose noise is known: many gates, each over trials by chance.
//!
//! A trial is the sum of a drift that trials share (an autoregressive series), noise of its own, and now and then an outlier.
//! `cargo test -p design-perf --test simulation -- --nocapture` prints the table; `DESIGN_TEST_GATES` sets how many gates
//! there are of each cell.

use design_perf::statistics::{Decision, LOOKS, Limits, Series, change_points, estimate, judge};
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;

/// A machine.
#[derive(Clone, Copy)]
struct Noise {
    name: &'static str,
    /// The deviation of what trials share.
    drift: f64,
    /// The deviation of what each trial has of its own.
    own: f64,
    /// How often there is an outlier, and how large it is on average.
    outlier: (f64, f64),
}

/// What the gates ask of both.
const LIMITS: Limits = Limits { guard: 0.03, tolerance: 0.05 };

/// How much of the drift is left in the next trial.
const MEMORY: f64 = 0.9;

const MEDIAN: Noise = Noise { name: "median", drift: 0.05, own: 0.02, outlier: (0.05, 0.15) };
const P99: Noise = Noise { name: "p99", drift: 0.10, own: 0.08, outlier: (0.10, 0.30) };

struct Machine {
    noise: Noise,
    chance: Pcg64Mcg,
    drift: f64,
}

impl Machine {
    fn new(noise: Noise, seed: u64) -> Self {
        let mut machine = Self { noise, chance: Pcg64Mcg::seed_from_u64(seed), drift: 0.0 };
        machine.drift = machine.normal() * noise.drift;
        machine
    }

    /// Box and Muller.
    fn normal(&mut self) -> f64 {
        let (one, other): (f64, f64) = (self.chance.random(), self.chance.random());
        (-2.0 * (1.0 - one).ln()).sqrt() * (std::f64::consts::TAU * other).cos()
    }

    /// The logarithm of what a trial measures.
    fn trial(&mut self) -> f64 {
        let innovation = self.noise.drift * (1.0 - MEMORY * MEMORY).sqrt();
        self.drift = MEMORY * self.drift + innovation * self.normal();
        let own = self.noise.own * self.normal();
        let (often, size) = self.noise.outlier;
        let is_outlier = self.chance.random::<f64>() < often;
        let outlier = if is_outlier { -size * (1.0 - self.chance.random::<f64>()).ln() } else { 0.0 };
        self.drift + own + outlier
    }

    /// The logarithm of candidate over baseline of a pair in an order by chance.
    fn pair(&mut self, shift: f64) -> f64 {
        let (one, other) = (self.trial(), self.trial());
        let difference = if self.chance.random() { one - other } else { other - one };
        difference + f64::ln_1p(shift)
    }
}

fn gates() -> u32 {
    std::env::var("DESIGN_TEST_GATES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000)
}

/// The share of gates of which something is true, in percent.
fn share(noise: Noise, mut is_so: impl FnMut(&mut Machine) -> bool) -> f64 {
    let gates = gates();
    let found = (0..gates).filter(|seed| is_so(&mut Machine::new(noise, u64::from(*seed)))).count();
    100.0 * f64::from(u32::try_from(found).unwrap_or(u32::MAX)) / f64::from(gates)
}

/// A share of so many gates lies within this of what it is, but for three of a thousand times.
fn slack(percent: f64) -> f64 {
    let share = (percent / 100.0).clamp(0.01, 0.99);
    300.0 * (share * (1.0 - share) / f64::from(gates())).sqrt() + 1.0
}

#[test]
fn a_fixed_number_of_pairs_catches_what_it_should() {
    // Of 20 pairs: lower bound of 99 percent above 0, and at least 3 percent.
    let fails = |machine: &mut Machine, shift: f64| {
        let pairs: Vec<f64> = (0..20).map(|_| machine.pair(shift)).collect();
        estimate(&pairs, 0.01).is_some_and(|found| found.lower > 0.0 && found.center.exp_m1() >= 0.03)
    };
    println!("20 pairs, shift 0 / 3 / 5 / 10 / 20 %");
    for (noise, least) in [(MEDIAN, [0.0, 40.0, 90.0, 99.0, 99.0]), (P99, [0.0, 3.0, 10.0, 45.0, 92.0])] {
        let found = [0.0, 0.03, 0.05, 0.10, 0.20].map(|shift| share(noise, |machine| fails(machine, shift)));
        println!("{:8} {found:.1?}", noise.name);
        assert!(found[0] <= 1.0 + slack(1.0), "{}: {found:?}", noise.name);
        for (found, least) in found.iter().zip(least) {
            assert!(*found >= least - slack(least), "{}: {found} of at least {least}", noise.name);
        }
    }
}

#[test]
fn a_gate_that_looks_several_times_keeps_its_promise() {
    println!("looks at {LOOKS:?}: fails, passes (percent), pairs on average");
    for (noise, caught) in [(MEDIAN, [99.0, 99.0]), (P99, [70.0, 98.0])] {
        for shift in [0.0, 0.05, 0.10, 0.20] {
            let (mut fails, mut passes, mut pairs) = (0_u32, 0_u32, 0_usize);
            for seed in 0..gates() {
                let mut machine = Machine::new(noise, u64::from(seed));
                let mut series = Series { ratios: Vec::new(), limits: LIMITS };
                for look in LOOKS {
                    while series.ratios.len() < look {
                        series.ratios.push(machine.pair(shift));
                    }
                    match judge(std::slice::from_ref(&series)).first().map(|found| found.decision) {
                        Some(Decision::Fail) => fails += 1,
                        Some(Decision::Pass) => passes += 1,
                        _ => continue,
                    }
                    break;
                }
                pairs += series.ratios.len();
            }
            let of = |count: u32| 100.0 * f64::from(count) / f64::from(gates());
            let mean = f64::from(u32::try_from(pairs).unwrap_or(u32::MAX)) / f64::from(gates());
            println!("{:8} {:4.0} %  {:5.1} {:5.1} {mean:5.1}", noise.name, shift * 100.0, of(fails), of(passes));
            if shift == 0.0 {
                assert!(of(fails) <= 2.0 + slack(2.0), "{}: {} % of gates cry wolf", noise.name, of(fails));
            }
            let caught = caught[usize::from(shift > 0.10)];
            if shift >= 0.10 {
                assert!(of(fails) >= caught - slack(caught), "{}: {} % are caught", noise.name, of(fails));
            }
        }
    }
}

/// A history of nightly results: independent values with a deviation of 5 percent, and outliers.
fn history(machine: &mut Machine, length: usize, shift: f64, from: usize) -> Vec<f64> {
    (0..length)
        .map(|index| {
            let noise = 0.05 * machine.normal();
            let is_outlier = machine.chance.random::<f64>() < 0.05;
            let outlier = if is_outlier { -0.15 * (1.0 - machine.chance.random::<f64>()).ln() } else { 0.0 };
            100.0 * (noise + outlier).exp() * if index >= from { 1.0 + shift } else { 1.0 }
        })
        .collect()
}

#[test]
fn a_history_has_few_false_changes_and_shows_true_ones() {
    let series = gates().min(200);
    let count = |of: &dyn Fn(&mut Machine) -> usize| -> f64 {
        let found: usize = (0..series).map(|seed| of(&mut Machine::new(MEDIAN, u64::from(seed)))).sum();
        f64::from(u32::try_from(found).unwrap_or(u32::MAX)) / f64::from(series)
    };
    let wrong = count(&|machine| change_points(&history(machine, 100, 0.0, 0)).len());
    println!("history: {wrong:.2} false changes in 100 values");
    assert!(wrong <= 0.1 + 3.0 * (0.1 / f64::from(series)).sqrt(), "{wrong}");
    for (shift, after, least) in [(0.10, 6, 0.45), (0.10, 12, 0.60), (0.20, 6, 0.85)] {
        let found = count(&|machine| {
            let found = change_points(&history(machine, 100 + after, shift, 100));
            usize::from(found.iter().any(|point| point.at.abs_diff(100) <= 2))
        });
        println!("history: {:.0} % more, {after} values after it: found in {:.0} %", shift * 100.0, found * 100.0);
        assert!(found >= least - 3.0 * (least * (1.0 - least) / f64::from(series)).sqrt(), "{shift} {after}: {found}");
    }
}
