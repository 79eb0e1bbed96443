// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "core/base/geometry.h"
#include "core/base/result.h"
#include "core/nn/network.h"

// Internal to core/nn: it parses torch headers.
namespace intersect::nn {

struct OnnxShape {
    int batch = 1; ///< pictures at a time; 0: any number, told as the symbol "batch"
    Size input;    ///< multiples of the network's largest stride
};

/// A folded network as the bytes of an ONNX file: opset 17, IR version 8, float32. Input "images" [batch,3,height,width], RGB 0..1; output "output"
/// [batch,rows,5+classes] as Network::decode gives it: box centre and size in input pixels, objectness and classes 0..1; no NMS. Weights bear the names
/// of the network's tensors. Only operators that OpenCV 4.6 and every ONNX runtime know, none on more than four dimensions.
/// Beside `metadata` it holds the keys YOLOv5's own loader reads: stride (the largest) and names (a list). Errors: larger than the 2 GB that the format
/// can hold. Takes about three times the weights while it runs. One thread at a time for a network.
Result<std::string> onnxBytes(const Network& folded, const OnnxShape& shape, const std::string& producerVersion,
                              std::map<std::string, std::string> metadata = {});

} // namespace intersect::nn
