// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <tuple>

#include <sys/mman.h>
#include <unistd.h>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/EmptyTensor.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

// A device whose memory this program cannot touch, as a GPU's, for machines without one: LibTorch's place for foreign devices, with memory that is closed to
// everybody but the copying to and from it. Every operation is carried out by the CPU's on copies. So reading a number there directly ends the program, and an
// operation on tensors of two places throws, as it would with a GPU. Include it in one .cpp file of a program.
namespace intersect::tests {

inline const at::Device kFar(at::kPrivateUse1, 0);

/// How often somebody waited for it.
inline int& farWaits() {
    static int count = 0;
    return count;
}

namespace far {

inline std::mutex& mutex() {
    static std::mutex the;
    return the;
}
inline std::map<void*, std::size_t>& blocks() {
    static std::map<void*, std::size_t> all;
    return all;
}

struct Memory final : at::Allocator {
    at::DataPtr allocate(std::size_t bytes) override {
        if (bytes == 0)
            return {nullptr, nullptr, &release, kFar};
        void* block = ::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED)
            throw std::bad_alloc();
        const std::lock_guard lock(mutex());
        blocks()[block] = bytes;
        return {block, block, &release, kFar};
    }
    at::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void*, const void*, std::size_t) const override { throw std::logic_error("far memory is copied by _copy_from"); }
    static void release(void* block) {
        if (block == nullptr)
            return;
        const std::lock_guard lock(mutex());
        ::munmap(block, blocks().at(block));
        blocks().erase(block);
    }
};

inline Memory* memory() {
    static Memory the;
    return &the;
}

/// The tensor's memory, open while this lives.
class Opened {
public:
    explicit Opened(const at::Tensor& tensor) : m_block(tensor.device() == kFar ? tensor.storage().data_ptr().get_context() : nullptr) { protect(PROT_READ | PROT_WRITE); }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    ~Opened() { protect(PROT_NONE); }

private:
    void protect(int how) {
        if (m_block != nullptr)
            ::mprotect(m_block, blocks().at(m_block), how);
    }
    void* m_block;
};

/// The same numbers as a tensor of the CPU; to be used while the memory is open.
inline at::Tensor seenFromHere(const at::Tensor& tensor) {
    return tensor.device() == kFar ? at::from_blob(const_cast<void*>(tensor.const_data_ptr()), tensor.sizes(), tensor.strides(), tensor.options().device(at::kCPU)) : tensor;
}

inline at::Tensor copyFrom(const at::Tensor& from, const at::Tensor& to, bool) {
    const std::lock_guard lock(mutex());
    const Opened source(from), target(to);
    seenFromHere(to).copy_(seenFromHere(from));
    return to;
}
inline at::Tensor empty(at::IntArrayRef size, std::optional<at::ScalarType> type, std::optional<at::Layout>, std::optional<at::Device>, std::optional<bool>,
                        std::optional<at::MemoryFormat> format) {
    return at::Tensor(at::detail::empty_generic(size, memory(), c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), type.value_or(at::kFloat), format));
}
inline at::Tensor emptyStrided(at::IntArrayRef size, at::IntArrayRef stride, std::optional<at::ScalarType> type, std::optional<at::Layout>,
                               std::optional<at::Device>, std::optional<bool>) {
    return at::Tensor(at::detail::empty_strided_generic(size, stride, memory(), c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), type.value_or(at::kFloat)));
}
inline at::Tensor copyFromAndResize(const at::Tensor& from, const at::Tensor& to) {
    if (from.sizes() != to.sizes()) // the result of an operation that sizes it itself
        to.unsafeGetTensorImpl()->shallow_copy_from(emptyStrided(from.sizes(), from.strides(), from.scalar_type(), {}, {}, {}).getIntrusivePtr());
    return copyFrom(from, to, false);
}
inline at::Tensor asStrided(const at::Tensor& self, at::IntArrayRef size, at::IntArrayRef stride, std::optional<std::int64_t> offset) {
    return at::native::as_strided_tensorimpl(self, size, stride, offset);
}
inline at::Tensor view(const at::Tensor& self, at::IntArrayRef size) {
    return at::native::view(self, size);
}

inline at::Tensor here(const at::Tensor& tensor) {
    return tensor.defined() ? tensor.cpu() : tensor;
}
inline at::Tensor there(const at::Tensor& tensor) {
    return tensor.defined() ? tensor.to(kFar) : tensor;
}
inline at::Tensor here(const std::optional<at::Tensor>& tensor) {
    return tensor ? here(*tensor) : at::Tensor();
}

inline at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const std::optional<at::Tensor>& bias, at::IntArrayRef stride, at::IntArrayRef padding,
                              at::IntArrayRef dilation, bool transposed, at::IntArrayRef outputPadding, std::int64_t groups) {
    return there(at::convolution(here(x), here(weight), here(bias), stride, padding, dilation, transposed, outputPadding, groups));
}
inline std::tuple<at::Tensor, at::Tensor, at::Tensor> convolutionBackward(const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& weight,
                                                                          at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed,
                                                                          at::IntArrayRef outputPadding, std::int64_t groups, std::array<bool, 3> wanted) {
    const auto [a, b, c] = at::convolution_backward(here(gradient), here(x), here(weight), at::IntArrayRef{weight.size(0)}, stride, padding, dilation, transposed,
                                                    outputPadding, groups, wanted);
    return {there(a), there(b), there(c)};
}
/// Its declaration does not say that it moves the running statistics.
inline std::tuple<at::Tensor, at::Tensor, at::Tensor> batchNorm(const at::Tensor& x, const std::optional<at::Tensor>& weight, const std::optional<at::Tensor>& bias,
                                                                const std::optional<at::Tensor>& mean, const std::optional<at::Tensor>& var, bool training,
                                                                double momentum, double eps) {
    const at::Tensor movedMean = here(mean), movedVar = here(var);
    const auto [a, b, c] = at::native_batch_norm(here(x), here(weight), here(bias), movedMean, movedVar, training, momentum, eps);
    if (training) {
        mean->copy_(movedMean);
        var->copy_(movedVar);
    }
    return {there(a), there(b), there(c)};
}

/// Any other operation.
inline void byTheCpu(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
    const auto refuse = [&op](const at::Tensor& tensor) {
        if (tensor.defined() && tensor.device() != kFar && tensor.dim() > 0)
            throw std::logic_error(op.schema().name() + " got a tensor of the CPU beside far ones");
    };
    for (const c10::IValue& value : torch::jit::last(*stack, op.schema().arguments().size())) {
        if (value.isTensor())
            refuse(value.toTensor());
        else if (value.isTensorList())
            for (const at::Tensor& tensor : value.toTensorVector())
                refuse(tensor);
        else if (value.isOptionalTensorList())
            for (const std::optional<at::Tensor>& tensor : value.toOptionalTensorVector())
                refuse(tensor.value_or(at::Tensor()));
    }
    at::native::cpu_fallback(op, stack, true); // views are made above
}

struct Hooks final : at::PrivateUse1HooksInterface {
    bool isBuilt() const override { return true; }
    bool isAvailable() const override { return true; }
    bool hasPrimaryContext(at::DeviceIndex) const override { return true; }
    at::DeviceIndex deviceCount() const override { return 1; }
    at::DeviceIndex getCurrentDevice() const override { return 0; }
    const at::Generator& getDefaultGenerator(at::DeviceIndex) const override { return at::detail::getDefaultCPUGenerator(); } // nothing is drawn there
};

struct Guard final : c10::impl::DeviceGuardImplInterface {
    at::DeviceType type() const override { return at::kPrivateUse1; }
    at::Device exchangeDevice(at::Device) const override { return kFar; }
    at::Device getDevice() const override { return kFar; }
    void setDevice(at::Device) const override {}
    void uncheckedSetDevice(at::Device) const noexcept override {}
    c10::Stream getStream(at::Device) const override { return c10::Stream(c10::Stream::DEFAULT, kFar); }
    c10::Stream exchangeStream(c10::Stream stream) const override { return stream; }
    at::DeviceIndex deviceCount() const noexcept override { return 1; }
    void synchronizeDevice(const at::DeviceIndex) const override { ++farWaits(); }
    void record(void**, const c10::Stream&, const at::DeviceIndex, const c10::EventFlag) const override {}
    void block(void*, const c10::Stream&) const override {}
    bool queryEvent(void*) const override { return true; }
    void destroyEvent(void*, const at::DeviceIndex) const noexcept override {}
};
C10_REGISTER_GUARD_IMPL(PrivateUse1, Guard)

TORCH_LIBRARY_IMPL(_, PrivateUse1, library) {
    library.fallback(torch::CppFunction::makeFromBoxedFunction<&byTheCpu>());
}
TORCH_LIBRARY_IMPL(aten, PrivateUse1, library) {
    library.impl("empty.memory_format", &empty);
    library.impl("empty_strided", &emptyStrided);
    library.impl("as_strided", &asStrided);
    library.impl("view", &view);
    library.impl("_copy_from", &copyFrom);
    library.impl("_copy_from_and_resize", &copyFromAndResize);
    library.impl("convolution_overrideable", &convolution);
    library.impl("convolution_backward_overrideable", &convolutionBackward);
    library.impl("native_batch_norm", &batchNorm);
}

} // namespace far

/// Makes it known to LibTorch; once a program, before its first use.
inline void openFarDevice() {
    static far::Hooks hooks;
    at::RegisterPrivateUse1HooksInterface(&hooks);
    c10::register_privateuse1_backend("far");
}

/// Whether this program can read the tensor's numbers itself.
inline bool canBeRead(const at::Tensor& tensor) {
    int ends[2];
    if (::pipe(ends) != 0)
        return true;
    const bool read = ::write(ends[1], tensor.const_data_ptr(), 1) == 1;
    ::close(ends[0]);
    ::close(ends[1]);
    return read;
}

} // namespace intersect::tests
