//! Breaking cycles: which arrows are drawn against the direction of reading.

/// For each arrow whether it is to be turned round so that no cycle is left: the arrows that lead back into the path of a
/// walk in depth, which begins where no arrow ends. Linear.
pub fn turned(nodes: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut leaving = vec![Vec::new(); nodes];
    let mut is_target = vec![false; nodes];
    for (number, (from, to)) in edges.iter().enumerate() {
        leaving[*from].push(number);
        is_target[*to] = true;
    }
    let (targets, sources): (Vec<usize>, Vec<usize>) = (0..nodes).partition(|node| is_target[*node]);
    let mut turned = vec![false; edges.len()];
    let mut state = vec![State::New; nodes];
    // A box of the path with the number of its arrows that were followed; no recursion, for paths can be long.
    let mut path: Vec<(usize, usize)> = Vec::new();
    for start in sources.into_iter().chain(targets) {
        if state[start] != State::New {
            continue;
        }
        state[start] = State::OnPath;
        path.push((start, 0));
        while let Some((node, followed)) = path.last_mut() {
            let Some(number) = leaving[*node].get(*followed).copied() else {
                state[*node] = State::Done;
                path.pop();
                continue;
            };
            *followed += 1;
            let to = edges[number].1;
            match state[to] {
                State::New => {
                    state[to] = State::OnPath;
                    path.push((to, 0));
                }
                State::OnPath => turned[number] = true,
                State::Done => {}
            }
        }
    }
    turned
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    OnPath,
    Done,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arrow_that_closes_a_cycle_is_turned() {
        assert_eq!(turned(3, &[(0, 1), (1, 2), (2, 0)]), [false, false, true]);
        assert_eq!(turned(3, &[(1, 2), (2, 1), (0, 1)]), [false, true, false], "a walk begins at a source");
    }
}
