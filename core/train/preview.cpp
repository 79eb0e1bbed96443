// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/preview.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include <opencv2/core/utility.hpp>

#include "core/base/files.h"
#include "core/train/batch_loader.h"
#include "core/train/batch_picture.h"
#include "core/train/training_data.h"

namespace intersect::train {
namespace fs = std::filesystem;

Result<std::vector<fs::path>> previewBatches(const runs::TrainConfig& config, int count, const fs::path& folder, const StopCheck& stop) {
    constexpr std::size_t kPictureBytes = std::size_t(256) << 20;
    if (const auto checked = runs::checkTrainConfig(config); !checked)
        return failAs(checked);
    const auto data = loadTrainingData(config.data, stop);
    if (!data)
        return failAs(data);
    if (const auto made = makeFolder(folder); !made)
        return failAs(made);
    cv::setNumThreads(1); // the loader has threads of its own
    PictureStore pictures(data->train, config.imgSize, true, kPictureBytes);
    BatchLoader loader(pictures, config, std::min(config.batch, static_cast<int>(data->train.size())));
    const std::vector<double> classAp(data->yaml.names.size(), 0.0);
    loader.beginEpoch(0, classAp);
    std::vector<fs::path> written;
    for (int i = 0; i < std::min(count, loader.batchesPerEpoch()); ++i) {
        if (stop && stop())
            return fail(ErrorCode::Interrupted, "Stopped while the preview was made.");
        const auto batch = loader.next();
        if (!batch)
            return failAs(batch);
        written.push_back(folder / ("train_batch" + std::to_string(i) + ".jpg"));
        if (const auto saved = writeBatchPicture(written.back(), *batch, data->yaml.names); !saved)
            return failAs(saved);
    }
    return written;
}

} // namespace intersect::train
