//! One row: something that can be timed, and whose allocations can be counted, whatever its types are.

use std::fmt;
use std::hint::black_box;
use std::time::Duration;

use allocation_counter::AllocationInfo;
use criterion::{BatchSize, Bencher, Criterion, Throughput};

/// How many bytes of input are made at a time. They fit into a cache of the second level, as what has just
/// been received does.
const BATCH_BYTES: usize = 256 * 1024;

/// Short, so that all rows together take less than a minute.
pub(crate) fn criterion() -> Criterion {
    Criterion::default()
        .without_plots()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args()
}

/// Lets the allocator keep what is freed, as one that has seen large messages does: then time is the codec's
/// own.
///
/// glibc gives memory back from a threshold on, which rises to twice what it has seen freed at once. Below
/// that a message of 1 MB takes ten times as long, for its page faults, and only in some runs.
pub(crate) fn let_allocator_keep_memory() {
    drop(black_box(Vec::<u8>::with_capacity(16 * 1024 * 1024)));
}

pub(crate) struct Row {
    step: &'static str,
    message: &'static str,
    bytes: usize,
    operation: Box<dyn Operation>,
}

impl Row {
    /// Does `run` with what `input` makes. What that takes, and what it takes to drop the output, is not
    /// timed.
    ///
    /// # Panics
    ///
    /// The output is not right. This first run also makes what each thread makes once, like a compressor.
    pub(crate) fn new<I: 'static, O: 'static>(
        step: &'static str,
        (message, bytes): (&'static str, usize),
        input: impl Fn() -> I + 'static,
        run: impl Fn(I) -> O + 'static,
        is_right: impl Fn(&O) -> bool,
    ) -> Self {
        assert!(is_right(&run(input())), "{step}/{message} gives something else");
        Self { step, message, bytes, operation: Box::new(Step { input, run }) }
    }

    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.step, self.message)
    }

    pub(crate) fn time(&self, criterion: &mut Criterion) {
        let iterations = (BATCH_BYTES / self.bytes).clamp(1, 1000);
        let batch_size = BatchSize::NumIterations(iterations as u64);
        let mut group = criterion.benchmark_group(self.step);
        group.throughput(Throughput::Bytes(self.bytes as u64));
        group.bench_function(self.message, |bencher| self.operation.time(bencher, batch_size));
        group.finish();
    }

    /// What one run allocates, without its input.
    pub(crate) fn allocations(&self) -> AllocationInfo {
        self.operation.allocations()
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

trait Operation {
    fn time(&self, bencher: &mut Bencher<'_>, batch_size: BatchSize);
    fn allocations(&self) -> AllocationInfo;
}

struct Step<Input, Run> {
    input: Input,
    run: Run,
}

impl<I, O, Input: Fn() -> I, Run: Fn(I) -> O> Operation for Step<Input, Run> {
    fn time(&self, bencher: &mut Bencher<'_>, batch_size: BatchSize) {
        bencher.iter_batched(&self.input, &self.run, batch_size);
    }

    fn allocations(&self) -> AllocationInfo {
        let input = black_box((self.input)());
        allocation_counter::measure(|| drop(black_box((self.run)(input))))
    }
}
